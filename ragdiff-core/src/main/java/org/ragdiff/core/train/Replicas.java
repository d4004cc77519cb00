package org.ragdiff.core.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final TrainerOptions options;
    private final List<TensorPool> pools = new ArrayList<>();
    private final ExecutorService threads;

    /**
     * @param objectives the first one's module is the one that is optimised and stored
     * @param options of which accumulation, frozen parameters and {@link Tape#checkpoint} matter here; the first
     *     stage, if there are stages, is begun
     * @throws IllegalArgumentException if a group fits no trained parameter, or all of them are frozen
     */
    Replicas(List<Objective> objectives, Kernels kernels, TrainerOptions options) {
        this.options = options;
        this.objectives = objectives;
        this.kernels = kernels;
        for (Objective o : objectives) {
            pools.add(kernels.worksInPlace() ? TensorPool.splitting() : new TensorPool());
            options.requireFit(trainable(o).keySet());
        }
        begin(options.inStages().get(0));
        threads = Executors.newFixedThreadPool(Math.max(1, objectives.size() - 1), task -> {
            Thread t = new Thread(task, "ragdiff-replica");
            t.setDaemon(true);
            return t;
        });
    }

    /** Loss and its parts of one replica. */
    record Part(double loss, Metrics metrics) {}

    /** Freezes what a stage freezes, and nothing else. */
    void begin(TrainerOptions stage) {
        for (Objective o : objectives) {
            Map<String, Parameter> trained = trainable(o);
            trained.entrySet().removeIf(e -> {
                boolean frozen =
                        stage.group(e.getKey()).map(ParameterGroup::frozen).orElse(false);
                e.getValue().requireGrad(!frozen);
                return frozen;
            });
            if (trained.isEmpty()) {
                throw new IllegalArgumentException("all parameters are frozen by the groups " + stage.groups());
            }
        }
    }

    /** Parameters that are trained unless a group freezes them, with gradients, by their names in the whole module. */
    private static Map<String, Parameter> trainable(Objective o) {
        o.trained().requireGrad(true);
        Map<String, Parameter> all = new LinkedHashMap<>(o.module().parameters());
        all.values().removeIf(p -> p.grad() == null);
        return all;
    }

    /** Copies the first network's weights into the others. */
    void distribute() {
        for (Objective o : objectives.subList(1, objectives.size())) {
            copy(
                    objectives.get(0).trained().parameters().values(),
                    o.trained().parameters().values());
        }
    }

    /** As {@link #distribute}, of the weights that a step changes. */
    void distributeChanged() {
        for (Objective o : objectives.subList(1, objectives.size())) {
            copy(changing(objectives.get(0)), changing(o));
        }
    }

    private void copy(Collection<Parameter> from, Collection<Parameter> to) {
        Iterator<Parameter> target = to.iterator();
        for (Parameter source : from) {
            kernels.axpby(1, source.value(), 0, source.value(), target.next().value());
        }
    }

    /**
     * Runs all replicas on a step; the first network's gradients are then the means over all losses, {@link
     * TrainerOptions#accumulate} of each replica.
     *
     * @param step of the optimiser
     */
    List<Part> step(long step) {
        List<CompletableFuture<List<Part>>> others = new ArrayList<>();
        for (int i = 1; i < objectives.size(); i++) {
            int replica = i;
            others.add(CompletableFuture.supplyAsync(() -> run(replica, step), threads));
        }
        List<Part> parts = new ArrayList<>();
        try {
            parts.addAll(run(0, step));
        } finally {
            others.forEach(f -> f.exceptionally(e -> null).join());
        }
        for (CompletableFuture<List<Part>> f : others) {
            try {
                parts.addAll(f.join());
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
        average();
        return parts;
    }

    private List<Part> run(int replica, long step) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < options.accumulate(); i++) {
            parts.add(differentiate(replica, step * options.accumulate() + i));
        }
        return parts;
    }

    private Part differentiate(int replica, long step) {
        Metrics metrics = new Metrics();
        double loss;
        try (Tape tape = Tape.training(kernels, pools.get(replica), options.checkpointing())) {
            Var total = objectives.get(replica).loss(tape, step, metrics);
            loss = total.item();
            if (Double.isFinite(loss)) {
                tape.backward(total);
                return new Part(loss, metrics);
            }
        }
        throw new TrainingFailedException(
                "loss is " + loss + " at step " + step / options.accumulate() + ", its parts are " + metrics.asMap()
                        + ". First bad tensor: " + firstBadTensor(replica, step)
                        + ". Lower the learning rate or check the data.");
    }

    /** What {@link FirstBadTensor} finds in a step whose averaged gradients are not finite. */
    String firstBadTensor(long step) {
        String found = "";
        for (int i = 0; i < objectives.size() * options.accumulate(); i++) {
            found = firstBadTensor(i / options.accumulate(), step * options.accumulate() + i % options.accumulate());
            if (!found.startsWith(FirstBadTensor.NONE)) {
                break;
            }
        }
        return found;
    }

    private String firstBadTensor(int replica, long step) {
        return new FirstBadTensor(objectives.get(replica), kernels)
                .of(step, pools.get(replica), options.checkpointing());
    }

    private void average() {
        int n = objectives.size();
        float mean = 1f / (n * options.accumulate());
        for (int i = 1; i < n; i++) {
            Iterator<Parameter> from = changing(objectives.get(i)).iterator();
            float scale = i == n - 1 ? mean : 1;
            for (Parameter sum : changing(objectives.get(0))) {
                Gradient other = from.next().gradient();
                sum.gradient().claim();
                kernels.axpby(scale, sum.grad(), scale, other.array(), sum.grad());
                other.clear();
            }
        }
        if (n == 1 && mean != 1) {
            for (Parameter p : changing(objectives.get(0))) {
                kernels.axpby(mean, p.grad(), 0, p.grad(), p.grad());
            }
        }
    }

    /** Trained and not frozen. */
    private static List<Parameter> changing(Objective o) {
        return o.trained().parameters().values().stream()
                .filter(p -> p.grad() != null)
                .toList();
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
