package org.ragdiff.diffusion.align;

import java.util.Objects;

/**
 * For each cell of a square photo, where it lies in the standard frame and how surely it shows the garment.
 * The arrays are row-major by the photo's cells, not copied and not to be modified.
 *
 * @param side cells along the photo
 * @param x across the frame, in fractions of its side
 * @param y down the frame, likewise
 * @param weight in [0, 1]
 */
public record Correspondences(int side, float[] x, float[] y, float[] weight) {
    public Correspondences {
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(y, "y");
        Objects.requireNonNull(weight, "weight");
        int n = side * side;
        if (side < 2 || x.length != n || y.length != n || weight.length != n) {
            throw new IllegalArgumentException("correspondences of " + side + " cells a side with " + x.length + ", "
                    + y.length + " and " + weight.length + " values, expected side * side of each");
        }
    }

    /** Sum of the weights: about how many cells show the garment. */
    public double seen() {
        double sum = 0;
        for (float w : weight) {
            sum += w;
        }
        return sum;
    }
}
