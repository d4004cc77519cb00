package org.ragdiff.retrieval.structurenet;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Prepares the batch of the next step on one background thread. For one training thread. */
public final class PrefetchedBatches implements StructureBatchSource, AutoCloseable {
    private final StructureBatchSource source;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread t = new Thread(task, "structure-batches");
        t.setDaemon(true);
        return t;
    });
    private long pendingStep = -1;
    private Future<StructureBatch> pending;

    public PrefetchedBatches(StructureBatchSource source) {
        this.source = source;
    }

    @Override
    public StructureBatch batch(long step) {
        Future<StructureBatch> wanted = pendingStep == step ? pending : thread.submit(() -> source.batch(step));
        pendingStep = step + 1;
        pending = thread.submit(() -> source.batch(step + 1));
        try {
            return wanted.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the batch of step " + step, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("the batch of step " + step + " failed", e.getCause());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
