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
    /** Nodes that a place lies between. */
    static final int CORNERS = 4;

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
        int[] nodes = new int[CORNERS];
        double[] shares = new double[CORNERS];
        corners(x, y, side, nodes, shares);
        for (int c = 0; c < 3; c++) {
            double log = 0;
            for (int k = 0; k < CORNERS; k++) {
                log += shares[k] * logGain[3 * nodes[k] + c];
            }
            out[c] = Math.exp(Math.max(-LIMIT, Math.min(LIMIT, log)));
        }
    }

    /**
     * The nodes about a place, and how much each counts there.
     *
     * @param nodes receives {@link #CORNERS} indices, beyond the outer nodes some of them equal
     * @param shares receives as many numbers of sum 1
     */
    static void corners(double x, double y, int side, int[] nodes, double[] shares) {
        double u = Math.max(0, Math.min(side - 1, x * side - 0.5));
        double v = Math.max(0, Math.min(side - 1, y * side - 0.5));
        int column = (int) u;
        int row = (int) v;
        for (int k = 0; k < CORNERS; k++) {
            boolean right = k % 2 == 1;
            boolean below = k / 2 == 1;
            nodes[k] = Math.min(side - 1, row + (below ? 1 : 0)) * side + Math.min(side - 1, column + (right ? 1 : 0));
            shares[k] = (right ? u - column : 1 - u + column) * (below ? v - row : 1 - v + row);
        }
    }

    /** Of the mirrored photo. */
    PhotoLight mirrored() {
        float[] out = new float[logGain.length];
        for (int i = 0; i < side * side; i++) {
            System.arraycopy(logGain, 3 * i, out, 3 * (i / side * side + side - 1 - i % side), 3);
        }
        return new PhotoLight(side, out);
    }

    /** Of two readings of the same photo with the same nodes: the geometric mean of the gains. */
    PhotoLight mean(PhotoLight other) {
        if (other.side != side) {
            throw new IllegalArgumentException("light of " + side + " and " + other.side + " nodes a side has no mean");
        }
        float[] out = new float[logGain.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (logGain[i] + other.logGain[i]) / 2;
        }
        return new PhotoLight(side, out);
    }
}
