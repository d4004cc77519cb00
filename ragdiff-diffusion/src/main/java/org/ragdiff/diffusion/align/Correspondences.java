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
 * @param whole how surely the whole garment covers the cell, be it seen there or hidden, in [0, 1]
 */
public record Correspondences(int side, float[] x, float[] y, float[] weight, float[] whole) {
    public Correspondences {
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(y, "y");
        Objects.requireNonNull(weight, "weight");
        Objects.requireNonNull(whole, "whole");
        int n = side * side;
        if (side < 2 || x.length != n || y.length != n || weight.length != n || whole.length != n) {
            throw new IllegalArgumentException(
                    "correspondences of " + side + " cells a side with " + x.length + ", " + y.length + ", "
                            + weight.length + " and " + whole.length + " values, expected side * side of each");
        }
    }
}
