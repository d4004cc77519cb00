package org.ragdiff.diffusion;

import java.util.ArrayDeque;
import java.util.function.Function;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;

/**
 * Warm {@link TensorPool}s for inference: each run borrows one, so that calls on several threads do not
 * share memory, and later calls allocate nothing. Thread-safe.
 */
public final class PoolStack implements AutoCloseable {
    private final ArrayDeque<TensorPool> idle = new ArrayDeque<>();
    private boolean closed;

    /** Runs {@code body} on an inference tape whose values are gone when this returns. */
    public <T> T infer(Kernels kernels, Function<Tape, T> body) {
        TensorPool pool = borrow();
        try (Tape tape = Tape.inference(kernels, pool)) {
            return body.apply(tape);
        } finally {
            giveBack(pool);
        }
    }

    /** A pool for the caller alone, until {@link #giveBack}. */
    public synchronized TensorPool borrow() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        return idle.isEmpty() ? new TensorPool() : idle.pop();
    }

    /** @param pool of {@link #borrow}, nothing of it taken any more */
    public synchronized void giveBack(TensorPool pool) {
        if (closed) {
            pool.close();
        } else {
            idle.push(pool);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(TensorPool::close);
        idle.clear();
    }
}
