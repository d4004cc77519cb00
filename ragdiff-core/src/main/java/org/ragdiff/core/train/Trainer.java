package org.ragdiff.core.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.tensor.Kernels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains the module of an {@link Objective} with AdamW, clipping and weight averaging, in a directory that
 * holds {@code log.jsonl}, {@code checkpoint.safetensors} and, as of the last checkpoint by steps, {@code
 * weights.safetensors} (the averaged weights, float16). A run that was killed goes on from its checkpoint to the same losses. One
 * thread runs it; the kernels use their own.
 */
public final class Trainer {
    private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

    private final List<Objective> replicas;
    private final Objective objective;
    private final TrainerOptions options;
    private final Kernels kernels;
    private final Path directory;
    private final LongSupplier nanoTime;

    public Trainer(Objective objective, TrainerOptions options, Kernels kernels, Path directory) {
        this(List.of(objective), options, kernels, directory);
    }

    /**
     * @param replicas objectives over networks of one shape, each of which gives the loss of its own part of a
     *     batch; they run on a thread each, and their gradients are averaged. The first one's network is the
     *     result
     */
    public Trainer(List<? extends Objective> replicas, TrainerOptions options, Kernels kernels, Path directory) {
        this(replicas, options, kernels, directory, System::nanoTime);
    }

    Trainer(
            List<? extends Objective> replicas,
            TrainerOptions options,
            Kernels kernels,
            Path directory,
            LongSupplier nanoTime) {
        if (replicas.isEmpty()) {
            throw new IllegalArgumentException("nothing to train: replicas is empty");
        }
        this.replicas = List.copyOf(replicas);
        this.objective = replicas.get(0);
        this.options = options;
        this.kernels = kernels;
        this.directory = directory;
        this.nanoTime = nanoTime;
    }

    /** Where the averaged weights lie. */
    public static Path weights(Path directory) {
        return directory.resolve("weights.safetensors");
    }

    /**
     * Trains to the last step.
     *
     * @param resume go on from the directory's checkpoint if there is one; otherwise start anew
     * @throws TrainingFailedException if the loss, a gradient or an updated weight is not finite; names the first bad
     *     tensor. The last checkpoint was finite and stays
     * @throws IllegalArgumentException if a group of the options fits no parameter; lists close names
     */
    public void run(boolean resume, TrainingListener listener) throws IOException {
        Files.createDirectories(directory);
        Path checkpoint = directory.resolve("checkpoint.safetensors");
        try (Kernels.Residence onDevice = kernels.keepOnDevice();
                Replicas networks = new Replicas(replicas, kernels, options);
                AdamW optimiser = new AdamW(objective.module().parameters(), options, kernels)) {
            Map<String, INDArray> weights = objective.module().state();
            long done = resume && Checkpoint.exists(checkpoint)
                    ? Checkpoint.read(checkpoint, options.identity(), weights, optimiser.state())
                    : 0;
            if (done > 0) {
                LOG.info("resuming {} after step {}", directory, done);
            }
            networks.distribute();
            TrainingLog log = new TrainingLog(directory.resolve("log.jsonl"), done);
            Throughput throughput = new Throughput(
                    (long) replicas.stream().mapToInt(Objective::samples).sum() * options.accumulate(), done, nanoTime);
            CheckpointPace pace = new CheckpointPace(options.checkpointMinutes(), nanoTime);
            for (long step = done; step < options.steps(); step++) {
                Map<String, Double> metrics = step(optimiser, networks, step);
                long finished = step + 1;
                boolean last = finished == options.steps();
                if (finished % options.logEvery() == 0 || last) {
                    throughput.put(finished, metrics);
                    metrics.put("poolMegabytes", networks.allocatedBytes() / 1e6);
                    log.append(finished, metrics);
                    listener.onLog(finished, metrics);
                }
                if (options.validateEvery() > 0 && (finished % options.validateEvery() == 0 || last)) {
                    Metrics held = new Metrics();
                    objective.validate(finished, held);
                    log(log, finished, held, listener);
                }
                boolean planned = finished % options.checkpointEvery() == 0 || last;
                if (planned || pace.due() && objective.resumesExactlyAfter(finished * options.accumulate())) {
                    requireFinite(finished, weights, optimiser.state());
                    Map<String, String> metadata = objective.metadata();
                    pace.write(() -> Checkpoint.write(
                            checkpoint, finished, options.identity(), weights, optimiser.state(), metadata));
                }
                if (planned) {
                    writeWeights(finished, weights, optimiser);
                    Metrics seen = new Metrics();
                    objective.inspect(finished, weights(directory), seen);
                    log(log, finished, seen, listener);
                    listener.onCheckpoint(finished);
                }
            }
        }
    }

    private void writeWeights(long step, Map<String, INDArray> weights, AdamW optimiser) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>(objective.metadata());
        metadata.put("ragdiff.step", Long.toString(step));
        metadata.put("ragdiff.trainer", options.toString());
        Map<String, INDArray> averaged = new LinkedHashMap<>(weights);
        averaged.putAll(optimiser.averaged());
        SafetensorsWriter.write(weights(directory), averaged, Dtype.F16, metadata);
    }

    private Map<String, Double> step(AdamW optimiser, Replicas networks, long step) {
        List<Replicas.Part> parts = networks.step(step);
        double norm = optimiser.gradientNorm();
        if (!Double.isFinite(norm)) {
            String gradient = optimiser.firstBadGradient();
            throw new TrainingFailedException(
                    gradient == null
                            ? "the gradients are too large at step " + step + ": their norm is " + norm
                                    + ". Lower the learning rate or check the data."
                            : gradient + " at step " + step + ". First bad tensor: " + networks.firstBadTensor(step)
                                    + ". Lower the learning rate or check the data.");
        }
        optimiser.step(step, norm);
        networks.distributeChanged();
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (Replicas.Part part : parts) {
            metrics.merge("loss", part.loss() / parts.size(), Double::sum);
            part.metrics().asMap().forEach((n, v) -> metrics.merge(n, v / parts.size(), Double::sum));
        }
        metrics.put("gradientNorm", norm);
        metrics.put("learningRate", options.rate(step));
        return metrics;
    }

    /** The update may have made weights that are not finite; the next step would tell, but the checkpoint comes first. */
    private static void requireFinite(long step, Map<String, INDArray> weights, Map<String, INDArray> optimiser) {
        for (Map<String, INDArray> arrays : List.of(weights, optimiser)) {
            arrays.forEach((name, a) -> {
                String bad = FirstBadTensor.nonFinite(a);
                if (bad != null) {
                    throw new TrainingFailedException("after step " + (step - 1) + " " + name + " " + bad
                            + "; the last checkpoint stays. Lower the learning rate or check the data.");
                }
            });
        }
    }

    private static void log(TrainingLog log, long step, Metrics metrics, TrainingListener listener) {
        if (!metrics.asMap().isEmpty()) {
            log.append(step, metrics.asMap());
            listener.onLog(step, metrics.asMap());
        }
    }
}
