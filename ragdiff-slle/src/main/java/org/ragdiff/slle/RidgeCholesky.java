package org.ragdiff.slle;

/**
 * A·w = 1 for a symmetric, positive definite A by Cholesky's factorisation, blocked: columns in fours, each
 * updated by one pass over those before. Stateless; the factor takes A's place.
 */
final class RidgeCholesky {
    private static final int BLOCK = RowProducts.BLOCK;
    private static final double LEAST_PIVOT = 1e-15;

    private RidgeCholesky() {}

    /**
     * @param a at least [n][n], entries of about unit scale; only the lower triangle is read; replaced by the factor
     * @param n a multiple of {@link RowProducts#BLOCK}
     * @param w receives the solution, n numbers
     * @return false if A is not positive definite in this precision; w then means nothing
     */
    static boolean solve(double[][] a, int n, double[] w) {
        if (!factor(a, n)) {
            return false;
        }
        for (int i = 0; i < n; i++) {
            double rest = 1;
            for (int j = 0; j < i; j++) {
                rest -= a[i][j] * w[j];
            }
            w[i] = rest / a[i][i];
        }
        for (int i = n - 1; i >= 0; i--) {
            w[i] /= a[i][i];
            for (int j = 0; j < i; j++) {
                w[j] -= a[i][j] * w[i];
            }
        }
        return true;
    }

    private static boolean factor(double[][] a, int n) {
        double[] tile = new double[BLOCK * BLOCK];
        for (int j = 0; j < n; j += BLOCK) {
            for (int i = j; i < n; i += BLOCK) {
                RowProducts.tile(a, i, j, j, tile);
                for (int r = 0; r < BLOCK; r++) {
                    for (int c = 0; c < BLOCK; c++) {
                        a[i + r][j + c] -= tile[r * BLOCK + c];
                    }
                }
                if (i == j && !factorDiagonal(a, n, j)) {
                    return false;
                }
                if (i > j) {
                    divide(a, n, i, j);
                }
            }
        }
        return true;
    }

    private static boolean factorDiagonal(double[][] a, int n, int j) {
        for (int r = j; r < j + BLOCK; r++) {
            for (int c = j; c <= r; c++) {
                double v = a[r][c];
                for (int p = j; p < c; p++) {
                    v -= a[r][p] * a[c][p];
                }
                if (r == c && !(v > LEAST_PIVOT)) {
                    return false;
                }
                a[r][c] = r == c ? Math.sqrt(v) : v / a[c][c];
            }
        }
        return true;
    }

    /** Rows i to i+3, columns j to j+3, by the diagonal block's factor. */
    private static void divide(double[][] a, int n, int i, int j) {
        for (int r = i; r < i + BLOCK; r++) {
            for (int c = j; c < j + BLOCK; c++) {
                double v = a[r][c];
                for (int p = j; p < c; p++) {
                    v -= a[r][p] * a[c][p];
                }
                a[r][c] = v / a[c][c];
            }
        }
    }
}
