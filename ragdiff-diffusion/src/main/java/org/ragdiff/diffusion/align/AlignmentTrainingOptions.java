package org.ragdiff.diffusion.align;

/**
 * How an {@link AlignmentNet} is trained.
 *
 * @param batch photos a step
 * @param positionWeight weight of the distance of positions where the garment is seen against the mask's
 *     cross-entropy
 * @param positionBeta distance, in fractions of the frame (of colours: of white), below which it counts squared
 * @param lightWeight weight of the distance of colours
 * @param seed of the batches
 */
public record AlignmentTrainingOptions(
        int batch, double positionWeight, double positionBeta, double lightWeight, long seed) {
    public AlignmentTrainingOptions {
        if (batch < 1 || batch > 4096) {
            throw new IllegalArgumentException("batch must be in [1, 4096], got " + batch);
        }
        if (!(positionWeight > 0) || !(positionBeta > 0) || !(lightWeight >= 0)) {
            throw new IllegalArgumentException("positionWeight and positionBeta must be positive and lightWeight at"
                    + " least 0, got " + positionWeight + ", " + positionBeta + ", " + lightWeight);
        }
    }

    public static AlignmentTrainingOptions defaults() {
        return new AlignmentTrainingOptions(16, 10, 0.02, 3, 1);
    }

    public AlignmentTrainingOptions withBatch(int newBatch) {
        return new AlignmentTrainingOptions(newBatch, positionWeight, positionBeta, lightWeight, seed);
    }

    public AlignmentTrainingOptions withSeed(long newSeed) {
        return new AlignmentTrainingOptions(batch, positionWeight, positionBeta, lightWeight, newSeed);
    }
}
