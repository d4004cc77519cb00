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

    /** Where the middle of a cell lies across the photo, in fractions of its side. */
    double column(int cell) {
        return (cell % side + 0.5) / side;
    }

    /** Likewise down it. */
    double row(int cell) {
        return (cell / side + 0.5) / side;
    }

    /** Of the mirrored photo, in the mirrored frame. */
    Correspondences mirrored() {
        int n = side * side;
        Correspondences out = new Correspondences(side, new float[n], new float[n], new float[n], new float[n]);
        for (int i = 0; i < n; i++) {
            int to = i / side * side + side - 1 - i % side;
            out.x[to] = 1 - x[i];
            out.y[to] = y[i];
            out.weight[to] = weight[i];
            out.whole[to] = whole[i];
        }
        return out;
    }

    /** Of two readings of the same photo with the same cells; places count by their weights. */
    Correspondences mean(Correspondences other) {
        if (other.side != side) {
            throw new IllegalArgumentException(
                    "readings of " + side + " and " + other.side + " cells a side have no mean");
        }
        int n = side * side;
        Correspondences out = new Correspondences(side, new float[n], new float[n], new float[n], new float[n]);
        for (int i = 0; i < n; i++) {
            float both = weight[i] + other.weight[i];
            float share = both > 0 ? weight[i] / both : 0.5f;
            out.x[i] = share * x[i] + (1 - share) * other.x[i];
            out.y[i] = share * y[i] + (1 - share) * other.y[i];
            out.weight[i] = both / 2;
            out.whole[i] = (whole[i] + other.whole[i]) / 2;
        }
        return out;
    }
}
