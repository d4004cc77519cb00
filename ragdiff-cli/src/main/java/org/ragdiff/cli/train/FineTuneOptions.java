package org.ragdiff.cli.train;

import java.util.List;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.diffusion.unet.DiffusionTrainingOptions;

/**
 * How a model is fine-tuned.
 *
 * @param steps of training
 * @param learningRate peak rate; far below that of a training from scratch
 * @param batch pairs a step
 * @param generated held-out garments that are generated before and after
 * @param seed of batches, noise and made photos
 */
record FineTuneOptions(int steps, double learningRate, int batch, int generated, long seed) {
    private static final int LARGEST_BATCH = 256;
    private static final int VALIDATIONS = 5;

    FineTuneOptions {
        if (steps < 1 || steps > 1_000_000) {
            throw new IllegalArgumentException("steps must be in 1..1000000, got " + steps);
        }
        if (!(learningRate > 0 && learningRate <= 0.1)) {
            throw new IllegalArgumentException(
                    "the learning rate must be above 0 and at most 0.1, got " + learningRate);
        }
        if (batch < 1 || batch > LARGEST_BATCH) {
            throw new IllegalArgumentException("the batch must be in 1.." + LARGEST_BATCH + ", got " + batch);
        }
        if (generated < 1 || generated > 1000) {
            throw new IllegalArgumentException("generated must be in 1..1000, got " + generated);
        }
    }

    /** Validated five times; weights are averaged over a tenth of the steps. */
    TrainerOptions trainer() {
        int every = Math.max(1, (steps + VALIDATIONS - 1) / VALIDATIONS);
        return new TrainerOptions(
                steps,
                learningRate,
                steps / 20,
                TrainerOptions.Schedule.COSINE,
                0.9,
                0.99,
                0.01,
                1,
                Math.max(0, 1 - 10.0 / steps),
                10,
                every,
                every,
                false,
                1,
                2,
                List.of(),
                List.of());
    }

    /** Conditions are dropped less often than from scratch: the network knows guidance already. */
    DiffusionTrainingOptions training() {
        return DiffusionTrainingOptions.defaults()
                .withBatch(batch)
                .withDropout(0.1, 0.1, 0.1, 0.05)
                .withSeed(seed);
    }
}
