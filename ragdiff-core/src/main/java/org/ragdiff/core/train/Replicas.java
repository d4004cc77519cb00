package org.ragdiff.core.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.Gradient;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;

/**
 * Copies of one network, each of which works on its own part of a batch on a thread of its own: data
 * parallelism. On a few cores that keeps them busier than threads inside each operation, because small
 * operations do not scale. Gradients are averaged in a fixed order, so that runs are repeatable.
 */
final class Replicas implements AutoCloseable {
    private final List<Objective> objectives;
    private final Kernels kernels;
    private final boolean checkpointing;
    private final List<TensorPool> pools = new ArrayList<>();
    private final ExecutorService threads;

    /**
     * @param objectives the first one's module is the one that is optimised and stored
     * @param checkpointing see {@link Tape#checkpoint}
     */
    Replicas(List<Objective> objectives, Kernels kernels, boolean checkpointing) {
        this.checkpointing = checkpointing;
        this.objectives = objectives;
        this.kernels = kernels;
        for (Objective o : objectives) {
            o.trained().requireGrad(true);
            pools.add(new TensorPool());
        }
        threads = Executors.newFixedThreadPool(Math.max(1, objectives.size() - 1), task -> {
            Thread t = new Thread(task, "ragdiff-replica");
            t.setDaemon(true);
            return t;
        });
    }

    /** Loss and its parts of one replica. */
    record Part(double loss, Metrics metrics) {}

    /** Copies the first network's weights into the others. */
    void distribute() {
        for (Objective o : objectives.subList(1, objectives.size())) {
            Iterator<Parameter> to = parameters(o).iterator();
            for (Parameter from : parameters(objectives.get(0))) {
                kernels.axpby(1, from.value(), 0, from.value(), to.next().value());
            }
        }
    }

    /** Runs all replicas on a step; the first network's gradients are then the means over all. */
    List<Part> step(long step) {
        List<CompletableFuture<Part>> others = new ArrayList<>();
        for (int i = 1; i < objectives.size(); i++) {
            int replica = i;
            others.add(CompletableFuture.supplyAsync(() -> run(replica, step), threads));
        }
        List<Part> parts = new ArrayList<>();
        try {
            parts.add(run(0, step));
        } finally {
            others.forEach(f -> f.exceptionally(e -> null).join());
        }
        for (CompletableFuture<Part> f : others) {
            try {
                parts.add(f.join());
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
        average();
        return parts;
    }

    private Part run(int replica, long step) {
        Metrics metrics = new Metrics();
        try (Tape tape = Tape.training(kernels, pools.get(replica), checkpointing)) {
            Var total = objectives.get(replica).loss(tape, step, metrics);
            double loss = total.item();
            if (!Double.isFinite(loss)) {
                throw new TrainingFailedException("loss is " + loss + " at step " + step + ", its parts are "
                        + metrics.asMap() + ". Lower the learning rate or check the data.");
            }
            tape.backward(total);
            return new Part(loss, metrics);
        }
    }

    private void average() {
        int n = objectives.size();
        for (int i = 1; i < n; i++) {
            Iterator<Parameter> from = parameters(objectives.get(i)).iterator();
            float scale = i == n - 1 ? 1f / n : 1;
            for (Parameter sum : parameters(objectives.get(0))) {
                Gradient other = from.next().gradient();
                sum.gradient().claim();
                kernels.axpby(scale, sum.grad(), scale, other.array(), sum.grad());
                other.clear();
            }
        }
    }

    private static Collection<Parameter> parameters(Objective o) {
        return o.trained().parameters().values();
    }

    /** Bytes of activations held. */
    long allocatedBytes() {
        return pools.stream().mapToLong(TensorPool::allocatedBytes).sum();
    }

    @Override
    public void close() {
        threads.shutdown();
        pools.forEach(TensorPool::close);
        objectives.forEach(o -> o.trained().requireGrad(false));
    }
}
