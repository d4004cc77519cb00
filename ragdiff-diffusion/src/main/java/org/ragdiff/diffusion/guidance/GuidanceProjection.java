package org.ragdiff.diffusion.guidance;

/**
 * Adaptive projected guidance (Sadat et al. 2025, "Eliminating Oversaturation and Artifacts of High Guidance Scales in
 * Diffusion Models", algorithm 1): what guidance adds to the estimate of the clean latents is averaged over the steps,
 * bounded, and weakened along the estimate itself, where it only saturates.
 *
 * @param parallel share η of what lies along the estimate that is kept; 1 for all
 * @param largest norm r that a difference of estimates may have, for each sample; 0 for any
 * @param momentum β of the average, in (−1, 1); negative as in the paper pushes away from earlier steps
 */
public record GuidanceProjection(double parallel, double largest, double momentum) {
    /** Plain guidance. */
    public static final GuidanceProjection NONE = new GuidanceProjection(1, 0, 0);

    public GuidanceProjection {
        if (!(Math.abs(parallel) <= 10 && largest >= 0 && largest < 1e9 && Math.abs(momentum) < 1)) {
            throw new IllegalArgumentException("expected parallel in [-10, 10], largest at least 0 and momentum in "
                    + "(-1, 1), got " + parallel + ", " + largest + " and " + momentum);
        }
    }

    /** The paper's, without a bound, which depends on the size of the latents. */
    public static GuidanceProjection defaults() {
        return new GuidanceProjection(0, 0, -0.5);
    }

    public GuidanceProjection withLargest(double norm) {
        return new GuidanceProjection(parallel, norm, momentum);
    }

    public GuidanceProjection withParallel(double share) {
        return new GuidanceProjection(share, largest, momentum);
    }

    public GuidanceProjection withMomentum(double beta) {
        return new GuidanceProjection(parallel, largest, beta);
    }
}
