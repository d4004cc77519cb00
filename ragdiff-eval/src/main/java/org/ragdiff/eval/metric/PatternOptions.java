package org.ragdiff.eval.metric;

/**
 * Where and when {@link PatternDifference} sees a pattern. Immutable.
 *
 * @param tile side of the squares looked at, in pixels, 8 to 512; periods from 3 pixels to half of it are seen
 * @param step between the squares
 * @param contrast least standard deviation of L* in a square from its slope, in units of L*
 * @param strength least share of a square's spectral power in its dominant peak, in [0, 1]
 */
public record PatternOptions(int tile, int step, double contrast, double strength) {
    public PatternOptions {
        if (tile < 8 || tile > 512) {
            throw new IllegalArgumentException("tile must be from 8 to 512, got " + tile);
        }
        if (step < 1) {
            throw new IllegalArgumentException("step must be at least 1, got " + step);
        }
        if (!(contrast > 0) || !(strength > 0 && strength <= 1)) {
            throw new IllegalArgumentException(
                    "contrast must be above 0 and strength in (0, 1], got " + contrast + " and " + strength);
        }
    }

    /** Squares of a quarter of a picture's side, half of a square apart; a contrast of 2, a quarter of the power. */
    public static PatternOptions ofSide(int side) {
        int tile = Math.max(8, side / 4);
        return new PatternOptions(tile, Math.max(1, tile / 2), 2, 0.25);
    }
}
