package org.ragdiff.data.photo;

/**
 * How a photo becomes a mask.
 *
 * @param workingSide longer side, in pixels, at which GrabCut runs; larger photos are reduced first
 * @param iterations GrabCut iterations of each run, 1 to 20
 * @param border share of each side taken as certain background, in (0, 0.2)
 * @param acceptConfidence masks below this confidence are rejected by the folder preparation
 */
public record PhotoPreparationOptions(int workingSide, int iterations, double border, double acceptConfidence) {
    public PhotoPreparationOptions {
        if (workingSide < 32 || workingSide > 2048) {
            throw new IllegalArgumentException("workingSide must be in 32..2048, got " + workingSide);
        }
        if (iterations < 1 || iterations > 20) {
            throw new IllegalArgumentException("iterations must be in 1..20, got " + iterations);
        }
        if (!(border > 0 && border < 0.2)) {
            throw new IllegalArgumentException("border must be in (0, 0.2), got " + border);
        }
        if (!(acceptConfidence >= 0 && acceptConfidence <= 1)) {
            throw new IllegalArgumentException("acceptConfidence must be in [0, 1], got " + acceptConfidence);
        }
    }

    public static PhotoPreparationOptions defaults() {
        return new PhotoPreparationOptions(160, 4, 0.03, 0.5);
    }

    public PhotoPreparationOptions withWorkingSide(int side) {
        return new PhotoPreparationOptions(side, iterations, border, acceptConfidence);
    }

    public PhotoPreparationOptions withAcceptConfidence(double confidence) {
        return new PhotoPreparationOptions(workingSide, iterations, border, confidence);
    }
}
