package org.ragdiff.diffusion.align;

/**
 * The thin plate's bending energy of a grid of coefficients, from differences: f_xx² + 2 f_xy² + f_yy². Zero for
 * affine grids alone. Stateless.
 */
final class BendingPenalty {
    private BendingPenalty() {}

    /** Adds {@code weight} times the energy's quadratic form of a grid {@code knots · knots} to {@code normal}. */
    static void add(double[][] normal, int knots, double weight) {
        for (int row = 0; row < knots; row++) {
            for (int column = 0; column < knots; column++) {
                int at = row * knots + column;
                if (column + 2 < knots) {
                    square(normal, weight, new int[] {at, at + 1, at + 2}, new double[] {1, -2, 1});
                }
                if (row + 2 < knots) {
                    square(normal, weight, new int[] {at, at + knots, at + 2 * knots}, new double[] {1, -2, 1});
                }
                if (column + 1 < knots && row + 1 < knots) {
                    square(normal, 2 * weight, new int[] {at, at + 1, at + knots, at + knots + 1}, new double[] {
                        1, -1, -1, 1
                    });
                }
            }
        }
    }

    private static void square(double[][] normal, double weight, int[] index, double[] factor) {
        for (int a = 0; a < index.length; a++) {
            for (int b = 0; b < index.length; b++) {
                normal[index[a]][index[b]] += weight * factor[a] * factor[b];
            }
        }
    }
}
