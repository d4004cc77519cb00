package org.ragdiff.slle;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * Unregularised affine weights: least squares in the subspace Σ w = const, by singular values, so
 * that among ties the weights of least norm are returned. Stateless.
 */
final class ExactWeights {
    private ExactWeights() {}

    /**
     * @param z rows xᵢ − e, [k][d], k at least 2
     */
    static double[] solve(double[][] z) {
        int k = z.length;
        int d = z[0].length;
        // Columns of Helmert's matrix span the vectors of sum 0.
        double[][] basis = new double[k][k - 1];
        for (int j = 1; j < k; j++) {
            double scale = 1 / Math.sqrt((double) j * (j + 1));
            for (int i = 0; i < j; i++) {
                basis[i][j - 1] = scale;
            }
            basis[j][j - 1] = -j * scale;
        }
        double[][] a = new double[d][k - 1];
        double[] b = new double[d];
        for (int c = 0; c < d; c++) {
            for (int i = 0; i < k; i++) {
                b[c] -= z[i][c] / k;
                for (int j = 0; j < k - 1; j++) {
                    a[c][j] += z[i][c] * basis[i][j];
                }
            }
        }
        double[] t = new SingularValueDecomposition(new Array2DRowRealMatrix(a, false))
                .getSolver()
                .solve(new ArrayRealVector(b, false))
                .toArray();
        double[] w = new double[k];
        Arrays.fill(w, 1.0 / k);
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k - 1; j++) {
                w[i] += basis[i][j] * t[j];
            }
        }
        return w;
    }
}
