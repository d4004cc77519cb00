package org.ragdiff.diffusion.align;

import org.ragdiff.core.StandardFrame;

/**
 * Moves and scales an outline towards where the standard frame has every garment: its box in the middle, the longer
 * side {@link StandardFrame#COVERAGE} of the frame's. Places are in fractions of the frame's side. Immutable.
 *
 * @param centreX where, across the outline as it was found, the middle of the standard is
 * @param centreY likewise, down it
 * @param scale of lengths in the outline as it was found over those in the standard
 */
record FramePlacement(double centreX, double centreY, double scale) {
    /** Of the way that is gone: boxes are read with errors of their own, straps narrower than a cell not at all. */
    static final double SHARE = 0.7;
    /** A box further off than this is a misreading. */
    private static final double FURTHEST = 1.5;

    private static final float INSIDE = 0.5f;

    /** Leaves everything where it is. */
    static FramePlacement none() {
        return new FramePlacement(0.5, 0.5, 1);
    }

    /**
     * @param coverage of the garment [side, side]
     * @param side of the square map
     */
    static FramePlacement of(float[] coverage, int side) {
        int left = side;
        int right = -1;
        int top = side;
        int bottom = -1;
        for (int i = 0; i < coverage.length; i++) {
            if (coverage[i] > INSIDE) {
                left = Math.min(left, i % side);
                right = Math.max(right, i % side);
                top = Math.min(top, i / side);
                bottom = Math.max(bottom, i / side);
            }
        }
        double longer = Math.max(right - left, bottom - top) + 1;
        double scale = longer / (StandardFrame.COVERAGE * side);
        if (right < 0 || scale > FURTHEST || scale < 1 / FURTHEST) {
            return none();
        }
        return new FramePlacement(
                towards(left + right + 1, side), towards(top + bottom + 1, side), Math.pow(scale, SHARE));
    }

    private static double towards(int ends, int side) {
        return 0.5 + SHARE * (ends / (2.0 * side) - 0.5);
    }

    /** Where, across the frame that was found, a place across the standard lies. */
    double across(double u) {
        return centreX + scale * (u - 0.5);
    }

    double down(double v) {
        return centreY + scale * (v - 0.5);
    }
}
