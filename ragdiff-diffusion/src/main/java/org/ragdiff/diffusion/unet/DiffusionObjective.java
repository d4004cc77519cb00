package org.ragdiff.diffusion.unet;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Losses;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Objective;
import org.ragdiff.diffusion.StepRandom;
import org.ragdiff.diffusion.schedule.NoiseSchedule;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/**
 * Trains a {@link DenoisingUnet} to undo noise (Ho et al. 2020), by default as v-prediction (Salimans and Ho
 * 2022), with timesteps spread evenly over the batch and conditions dropped for classifier-free guidance.
 */
public final class DiffusionObjective implements Objective {
    private static final int NOISE = 1;
    private static final int TIMESTEPS = 2;
    private static final int DROPOUT = 3;
    private static final int OFFSET = 4;

    private final DenoisingUnet unet;
    private final DiffusionBatchSource source;
    private final ScheduleConfig scheduleConfig;
    private final NoiseSchedule schedule;
    private final DiffusionTrainingOptions options;
    private final Map<String, String> provenance;
    private DiffusionValidation validation;

    /** @param provenance further metadata for the weights, such as the codec's fingerprint */
    public DiffusionObjective(
            DenoisingUnet unet,
            DiffusionBatchSource source,
            ScheduleConfig schedule,
            DiffusionTrainingOptions options,
            Map<String, String> provenance) {
        this.unet = unet;
        this.source = source;
        this.scheduleConfig = schedule;
        this.schedule = NoiseSchedule.of(schedule);
        if (schedule.predictionType() == PredictionType.FLOW) {
            throw new IllegalArgumentException("training predicts EPSILON, V or SAMPLE, got FLOW");
        }
        if (schedule.predictionType() == PredictionType.EPSILON && schedule.rescaleBetasZeroSnr()) {
            throw new IllegalArgumentException(
                    "a schedule with zero terminal SNR needs a V or SAMPLE prediction: pure noise says nothing of x0");
        }
        this.options = options;
        this.provenance = Map.copyOf(provenance);
    }

    /**
     * The same, which also measures the plain mean squared error on held-out samples: with all their conditions, at
     * fixed timesteps in each quarter of the schedule and with fixed noise. {@code heldOutLoss} is the mean over all,
     * {@code heldOutLossQuarter1} to {@code 4} those of the quarters, from the least noise to the most.
     *
     * @param heldOut at least one batch, of any sizes
     * @param kernels not closed
     */
    public DiffusionObjective withValidation(List<DiffusionBatch> heldOut, Kernels kernels) {
        DiffusionObjective out = new DiffusionObjective(unet, source, scheduleConfig, options, provenance);
        out.validation = new DiffusionValidation(heldOut, schedule.steps(), kernels);
        return out;
    }

    @Override
    public Module module() {
        return unet;
    }

    @Override
    public int samples() {
        return options.batch();
    }

    /**
     * What a step draws, rows in the order of the network's.
     *
     * @param sampleWeights of the squared errors
     */
    record Drawn(
            DiffusionBatch batch,
            ConditionDropout dropout,
            float[] noisy,
            float[] target,
            double[] times,
            float[] sampleWeights) {}

    Drawn draw(long step) {
        DiffusionBatch batch = source.batch(options.seed(), step, options.batch());
        require(batch);
        int n = batch.size();
        ConditionDropout dropout = ConditionDropout.draw(StepRandom.of(options.seed(), step, DROPOUT), options);
        float[] noise = StepRandom.normals(StepRandom.of(options.seed(), step, NOISE), batch.standard().length);
        offset(noise, n, step);
        return noised(batch, dropout, noise, timesteps(StepRandom.of(options.seed(), step, TIMESTEPS), n));
    }

    /** Samples at levels of noise, which like the timesteps are in the order of the rows. */
    Drawn noised(DiffusionBatch batch, ConditionDropout dropout, float[] noise, int[] t) {
        int n = batch.size();
        float[] clean = dropout.arrange(batch.standard(), n);
        int each = clean.length / n;
        float[] noisy = new float[clean.length];
        float[] target = new float[clean.length];
        double[] times = new double[n];
        float[] sampleWeights = new float[n];
        for (int i = 0; i < n; i++) {
            double signal = Math.sqrt(schedule.alphaCumprod(t[i]));
            double sigma = Math.sqrt(1 - schedule.alphaCumprod(t[i]));
            times[i] = t[i];
            sampleWeights[i] = (float) weight(schedule.signalToNoise(t[i]));
            for (int j = i * each; j < (i + 1) * each; j++) {
                noisy[j] = (float) (signal * clean[j] + sigma * noise[j]);
                target[j] = switch (scheduleConfig.predictionType()) {
                    case EPSILON -> noise[j];
                    case V -> (float) (signal * noise[j] - sigma * clean[j]);
                    case SAMPLE -> clean[j];
                    case FLOW -> throw new IllegalStateException("flow prediction is not trained");
                };
            }
        }
        return new Drawn(batch, dropout, noisy, target, times, sampleWeights);
    }

    /**
     * The forward pass of a step as a graph with what was drawn for it, for other implementations to train on.
     *
     * @throws IllegalArgumentException if the loss is weighted, or no row has a reference or a landmark
     */
    public RecordedTraining record(long step) {
        Drawn drawn = draw(step);
        if (drawn.batch().weights() != null || options.minSnrGamma() != 0) {
            throw new IllegalArgumentException("only the plain mean squared error is recorded, got weights");
        }
        return RecordedTraining.of(unet, drawn);
    }

    @Override
    public Var loss(Tape tape, long step, Metrics metrics) {
        Drawn drawn = draw(step);
        Var prediction = predict(tape, drawn);
        INDArray goal = tape.allocate(prediction.shape());
        HostArrays.write(goal, drawn.target());
        metrics.put(
                "meanTimestep", java.util.Arrays.stream(drawn.times()).average().orElse(0));
        return Losses.meanSquaredError(
                tape, prediction, goal, weights(drawn.dropout(), drawn.batch(), drawn.sampleWeights()));
    }

    /** What the network says of noised samples, [N, h, w, C]. */
    Var predict(Tape tape, Drawn drawn) {
        DiffusionBatch batch = drawn.batch();
        ConditionDropout dropout = drawn.dropout();
        int n = batch.size();
        int c = unet.config().latentChannels();
        Var reference = dropout.references() == 0
                ? null
                : constant(
                        tape,
                        dropout.arrange(batch.reference(), dropout.references()),
                        dropout.references(),
                        batch.height(),
                        batch.width(),
                        unet.config().referenceLatentChannels());
        UnetInputs inputs = new UnetInputs(
                batch.height(),
                batch.width(),
                dropout.arrange(batch.structure(), n),
                dropout.structure(),
                dropout.arrange(batch.landmark(), n),
                batch.landmarkSide(),
                dropout.landmark(),
                reference,
                ReferenceRows.leading(n, dropout.references()));
        Var x = constant(tape, drawn.noisy(), n, batch.height(), batch.width(), c);
        Var timeCode = constant(tape, unet.timeCode(drawn.times()), n, unet.timeCodeChannels());
        return unet.predict(tape, x, timeCode, unet.condition(tape, inputs));
    }

    /** The loss on held-out samples, see {@link #withValidation}. */
    @Override
    public void validate(long step, Metrics metrics) {
        if (validation != null) {
            validation.measure(this, metrics);
        }
    }

    private void require(DiffusionBatch batch) {
        int expected =
                batch.size() * batch.height() * batch.width() * unet.config().latentChannels();
        int references =
                batch.size() * batch.height() * batch.width() * unet.config().referenceLatentChannels();
        if (batch.size() != options.batch()
                || batch.standard().length != expected
                || batch.reference().length != references) {
            throw new IllegalArgumentException("batch of " + batch.size() + " samples with " + batch.standard().length
                    + " latent and " + batch.reference().length + " reference values, expected " + options.batch()
                    + " samples of " + unet.config().latentChannels() + " and "
                    + unet.config().referenceLatentChannels() + " channels");
        }
    }

    private static Var constant(Tape tape, float[] values, long... shape) {
        INDArray a = tape.allocate(shape);
        HostArrays.write(a, values);
        return tape.constant(a);
    }

    /** Moves each channel of each sample as a whole; what is predicted is the noise with it. */
    private void offset(float[] noise, int n, long step) {
        if (options.offsetNoise() > 0) {
            int c = unet.config().latentChannels();
            float[] offsets = StepRandom.normals(StepRandom.of(options.seed(), step, OFFSET), n * c);
            int each = noise.length / n;
            for (int i = 0; i < noise.length; i++) {
                noise[i] += (float) options.offsetNoise() * offsets[i / each * c + i % c];
            }
        }
    }

    /** One timestep from each n-th of [0, T), in random order: a batch always covers the schedule. */
    private int[] timesteps(SplittableRandom random, int n) {
        int[] t = new int[n];
        for (int i = 0; i < n; i++) {
            t[i] = (int) ((i + random.nextDouble()) / n * schedule.steps());
        }
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = t[i];
            t[i] = t[j];
            t[j] = swap;
        }
        return t;
    }

    /** Min-SNR weight of a sample's squared error in the space that is predicted. */
    private double weight(double snr) {
        double gamma = options.minSnrGamma();
        if (gamma == 0) {
            return 1;
        }
        double capped = Math.min(snr, gamma);
        return switch (scheduleConfig.predictionType()) {
            case EPSILON -> snr == 0 ? 1 : capped / snr;
            case V -> capped / (snr + 1);
            case SAMPLE -> capped;
            case FLOW -> throw new IllegalStateException("flow prediction is not trained");
        };
    }

    /** For each cell, if the batch weighs cells, else for each sample. */
    private float[] weights(ConditionDropout dropout, DiffusionBatch batch, float[] sampleWeights) {
        if (batch.weights() == null) {
            return sampleWeights;
        }
        float[] cells = dropout.arrange(batch.weights(), batch.size());
        int each = cells.length / sampleWeights.length;
        for (int i = 0; i < cells.length; i++) {
            cells[i] *= sampleWeights[i / each];
        }
        return cells;
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> meta = new LinkedHashMap<>(UnetWeights.metadata(unet.config(), scheduleConfig));
        meta.put("ragdiff.training", options.toString());
        meta.putAll(provenance);
        return meta;
    }

    /** What the network learns to predict. */
    public PredictionType predictionType() {
        return scheduleConfig.predictionType();
    }
}
