package org.ragdiff.cli.train;

import java.util.List;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.diffusion.refine.RefinerTrainingOptions;
import org.ragdiff.diffusion.unet.DiffusionTrainingOptions;

/**
 * How a model is fine-tuned.
 *
 * @param steps of the denoiser's training
 * @param learningRate the denoiser's peak rate; far below that of a training from scratch
 * @param batch pairs a step of the denoiser's training
 * @param generated held-out garments that are generated before and after
 * @param seed of batches, noise and made photos
 */
record FineTuneOptions(int steps, double learningRate, int batch, int generated, long seed) {
    private static final int LARGEST_BATCH = 256;
    private static final int VALIDATIONS = 5;
    /** The refiner's learning rate over the denoiser's; with lower ones it learned a new kind of garment more slowly. */
    private static final double REFINER_RATE = 8;
    /** The denoiser's steps over the refiner's, which soon knows few garments by heart. */
    private static final int REFINER_PACE = 3;

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

    /** The denoiser's. Validated five times; weights are averaged over a tenth of the steps. */
    TrainerOptions trainer() {
        return trainer(steps, learningRate);
    }

    /** The refiner's. */
    TrainerOptions refinerTrainer() {
        return trainer(Math.max(1, steps / REFINER_PACE), REFINER_RATE * learningRate);
    }

    private static TrainerOptions trainer(int length, double rate) {
        int every = Math.max(1, (length + VALIDATIONS - 1) / VALIDATIONS);
        return new TrainerOptions(
                length,
                rate,
                length / 20,
                TrainerOptions.Schedule.COSINE,
                0.9,
                0.99,
                0.01,
                1,
                Math.max(0, 1 - 10.0 / length),
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

    /** The refiner's: twice the batch, since landmarks are learned from fast. */
    RefinerTrainingOptions refiner() {
        RefinerTrainingOptions defaults = RefinerTrainingOptions.defaults();
        return new RefinerTrainingOptions(2 * batch, defaults.fieldWeight(), seed);
    }
}
