package org.ragdiff.diffusion.refine;

/**
 * How a {@link RefinerNet} is trained.
 *
 * @param batch landmarks a step
 * @param fieldWeight weight of the fields' distance against what their outlines lack of an IoU of 1
 * @param seed of the batches
 */
public record RefinerTrainingOptions(int batch, double fieldWeight, long seed) {
    public RefinerTrainingOptions {
        if (batch < 1 || batch > 4096) {
            throw new IllegalArgumentException("batch must be in [1, 4096], got " + batch);
        }
        if (!(fieldWeight >= 0 && fieldWeight <= 1000)) {
            throw new IllegalArgumentException("fieldWeight must be in [0, 1000], got " + fieldWeight);
        }
    }

    public static RefinerTrainingOptions defaults() {
        return new RefinerTrainingOptions(16, 0.1, 1);
    }

    public RefinerTrainingOptions withBatch(int newBatch) {
        return new RefinerTrainingOptions(newBatch, fieldWeight, seed);
    }
}
