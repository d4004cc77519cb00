package org.ragdiff.eval.metric;

/**
 * Settings of {@link GeneratedSilhouette}. Immutable.
 *
 * @param strong ΔE from the background that surely is garment
 * @param weak ΔE from the background that is garment if it hangs together with strong cells
 * @param noiseFactor both thresholds are at least so many (weak) or twice so many (strong) times the
 *     background's own noise
 * @param closing radius, as a share of the side, of gaps in an outline that are bridged before its
 *     inside is filled
 * @param peel depth, as a share of the side, to which soft edges are cut back to half their height
 * @param minRegion regions below this share of the largest one's area are dropped
 */
public record SilhouetteRule(
        double strong, double weak, double noiseFactor, double closing, double peel, double minRegion) {
    public SilhouetteRule {
        if (!(weak > 0 && strong >= weak)) {
            throw new IllegalArgumentException(
                    "thresholds must satisfy 0 < weak <= strong, got weak " + weak + ", strong " + strong);
        }
        if (!(noiseFactor >= 0)) {
            throw new IllegalArgumentException("noiseFactor must be at least 0, got " + noiseFactor);
        }
        requireShare("closing", closing);
        requireShare("peel", peel);
        requireShare("minRegion", minRegion);
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1], got " + value);
        }
    }

    /** Those of the protocol {@code ragdiff/v1}. */
    public static SilhouetteRule defaults() {
        return new SilhouetteRule(6, 1.8, 4, 0.016, 0.025, 0.1);
    }
}
