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
 * weights.safetensors} (the averaged weights, float16). A run that was killed goes on from its checkpoint to the same losses,
 * within the {@link TrainingStage} that it was in. One thread runs it; the kernels use their own.
 */
public final class Trainer {
    private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

    private final List<Objective> replicas;
    private final Objective objective;
    private final TrainerOptions options;
    private final Kernels kernels;
    private final Path directory;
    private final Path checkpoint;
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
        this.checkpoint = directory.resolve("checkpoint.safetensors");
        this.nanoTime = nanoTime;
    }

    /** Where the averaged weights lie. */
    public static Path weights(Path directory) {
        return directory.resolve("weights.safetensors");
    }

    /**
     * Trains to the last step. A stage ends with a checkpoint.
     *
     * @param resume go on from the directory's checkpoint if there is one; otherwise start anew
     * @throws TrainingFailedException if the checkpoint is of other options or from other weights; if the loss, a
     *     gradient or an updated weight is not finite: names the first bad tensor, the last checkpoint was finite and
     *     stays
     * @throws IllegalArgumentException if a group or a stage of the options fits no parameter; lists close names
     */
    public void run(boolean resume, TrainingListener listener) throws IOException {
        Files.createDirectories(directory);
        try (Kernels.Residence onDevice = kernels.keepOnDevice();
                Replicas networks = new Replicas(replicas, kernels, options)) {
            long done = resume && Checkpoint.exists(checkpoint)
                    ? Checkpoint.stepsDone(checkpoint, options.identity(), objective.metadata())
                    : 0;
            if (done > 0) {
                LOG.info("resuming {} after step {}", directory, done);
            }
            long samples = (long) options.accumulate()
                    * replicas.stream().mapToInt(Objective::samples).sum();
            Run run = new Run(
                    networks,
                    new TrainingLog(directory.resolve("log.jsonl"), done),
                    new Throughput(samples, done, nanoTime),
                    new CheckpointPace(options.checkpointMinutes(), nanoTime),
                    listener);
            long first = 0;
            for (TrainerOptions part : options.inStages()) {
                Stage stage = new Stage(part, first);
                // A stage that ends with the checkpoint is begun, since the checkpoint holds its moments.
                if (stage.end() >= done) {
                    train(run, stage, done);
                }
                first = stage.end();
            }
        }
    }

    /** What lasts as long as a run. */
    private record Run(
            Replicas networks,
            TrainingLog log,
            Throughput throughput,
            CheckpointPace pace,
            TrainingListener listener) {}

    /**
     * @param options of a stage as of a training of its own
     * @param first step of it
     */
    private record Stage(TrainerOptions options, long first) {
        long end() {
            return first + options.steps();
        }
    }

    /** @param done steps that the checkpoint has seen; those of this stage are not done again */
    private void train(Run run, Stage stage, long done) throws IOException {
        if (!options.stages().isEmpty()) {
            LOG.info(
                    "steps {} to {}: {}",
                    stage.first() + 1,
                    stage.end(),
                    stage.options().groups());
        }
        run.networks().begin(stage.options());
        Map<String, INDArray> weights = objective.module().state();
        try (AdamW optimiser = new AdamW(objective.module().parameters(), stage.options(), kernels)) {
            if (done > stage.first()) {
                Checkpoint.read(checkpoint, weights, optimiser.state());
            }
            run.networks().distribute();
            for (long step = Math.max(done, stage.first()); step < stage.end(); step++) {
                Map<String, Double> metrics = step(optimiser, run.networks(), step, stage);
                long finished = step + 1;
                boolean last = finished == options.steps();
                if (finished % options.logEvery() == 0 || last) {
                    run.throughput().put(finished, metrics);
                    metrics.put("poolMegabytes", run.networks().allocatedBytes() / 1e6);
                    log(run, finished, metrics);
                }
                boolean exact = objective.resumesExactlyAfter(finished * options.accumulate());
                boolean complete = last || finished == stage.end() && exact;
                if (options.validateEvery() > 0 && (finished % options.validateEvery() == 0 || complete)) {
                    Metrics held = new Metrics();
                    objective.validate(finished, held);
                    log(run, finished, held.asMap());
                }
                boolean planned = finished % options.checkpointEvery() == 0 || complete;
                if (planned || run.pace().due() && exact) {
                    requireFinite(finished, weights, optimiser.state());
                    Map<String, String> metadata = objective.metadata();
                    run.pace()
                            .write(() -> Checkpoint.write(
                                    checkpoint, finished, options.identity(), weights, optimiser.state(), metadata));
                }
                if (planned) {
                    writeWeights(finished, weights, optimiser);
                    Metrics seen = new Metrics();
                    objective.inspect(finished, weights(directory), seen);
                    log(run, finished, seen.asMap());
                    run.listener().onCheckpoint(finished);
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

    private Map<String, Double> step(AdamW optimiser, Replicas networks, long step, Stage stage) {
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
        optimiser.step(step - stage.first(), norm);
        networks.distributeChanged();
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (Replicas.Part part : parts) {
            metrics.merge("loss", part.loss() / parts.size(), Double::sum);
            part.metrics().asMap().forEach((n, v) -> metrics.merge(n, v / parts.size(), Double::sum));
        }
        metrics.put("gradientNorm", norm);
        metrics.put("learningRate", stage.options().rate(step - stage.first()));
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

    private static void log(Run run, long step, Map<String, Double> metrics) {
        if (!metrics.isEmpty()) {
            run.log().append(step, metrics);
            run.listener().onLog(step, metrics);
        }
    }
}
