package org.ragdiff.diffusion.align;

import java.util.Objects;

/**
 * How much brighter the standard image is than the photo: a smooth field of gains for each colour channel, bilinear
 * between nodes. The array is row-major by nodes, then channels; not copied and not to be modified.
 *
 * @param side nodes along the photo; each stands in the centre of its equal square
 * @param logGain natural logarithms of the gains [side, side, 3]; of values as stored (sRGB)
 */
public record PhotoLight(int side, float[] logGain) {
    /** A gain beyond e or 1/e is no light that photos are taken in. */
    private static final double LIMIT = 1;

    public PhotoLight {
        if (side < 1 || Objects.requireNonNull(logGain, "logGain").length != 3 * side * side) {
            throw new IllegalArgumentException(
                    "light of " + side + " nodes a side with " + logGain.length + " values, expected 3 for each node");
        }
    }

    /** Photos as they are. */
    public static PhotoLight even() {
        return new PhotoLight(1, new float[3]);
    }

    /**
     * What the photo's values at a place are multiplied with.
     *
     * @param x across the photo in fractions of its side; beyond the outer nodes their gains go on
     * @param y down the photo
     * @param out receives a gain for red, green and blue
     */
    public void gains(double x, double y, double[] out) {
        double u = place(x, side);
        double v = place(y, side);
        int column = (int) u;
        int row = (int) v;
        for (int c = 0; c < 3; c++) {
            double top = between(node(row, column, c), node(row, column + 1, c), u - column);
            double low = between(node(row + 1, column, c), node(row + 1, column + 1, c), u - column);
            out[c] = Math.exp(Math.max(-LIMIT, Math.min(LIMIT, between(top, low, v - row))));
        }
    }

    /** In nodes from the first; its whole part is the node before, the next node may be the same. */
    static double place(double x, int side) {
        return Math.max(0, Math.min(side - 1, x * side - 0.5));
    }

    private double node(int row, int column, int channel) {
        return logGain[3 * (Math.min(row, side - 1) * side + Math.min(column, side - 1)) + channel];
    }

    private static double between(double a, double b, double t) {
        return a + t * (b - a);
    }
}
