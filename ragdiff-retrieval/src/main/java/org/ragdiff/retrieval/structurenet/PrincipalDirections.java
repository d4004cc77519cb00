package org.ragdiff.retrieval.structurenet;

import java.util.SplittableRandom;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * The leading eigenvectors of Σ x·xᵀ over rows x, most of whose numbers are 0, by subspace iteration (Halko,
 * Martinsson and Tropp 2011, algorithm 4.4). Rows are not centred. Stateless.
 */
final class PrincipalDirections {
    private static final int MORE = 16;
    private static final int ROUNDS = 8;

    private PrincipalDirections() {}

    /**
     * @param vectors unit vectors, largest eigenvalue first
     * @param values eigenvalues of the mean of x·xᵀ
     */
    record Found(double[][] vectors, double[] values) {}

    /**
     * @param rows flat, each of {@code length} numbers
     * @param count directions wanted, at most {@code length}
     */
    static Found of(float[] rows, int length, int count, long seed) {
        int n = rows.length / length;
        int k = Math.min(length, count + MORE);
        SplittableRandom random = new SplittableRandom(seed);
        double[][] basis = new double[k][length];
        for (double[] v : basis) {
            for (int i = 0; i < length; i++) {
                v[i] = random.nextGaussian();
            }
        }
        orthonormalise(basis);
        for (int round = 0; round < ROUNDS; round++) {
            basis = applied(rows, length, n, basis);
            orthonormalise(basis);
        }
        double[][] image = applied(rows, length, n, basis);
        double[][] small = new double[k][k];
        for (int a = 0; a < k; a++) {
            for (int b = 0; b < k; b++) {
                small[a][b] = (dot(basis[a], image[b]) + dot(basis[b], image[a])) / 2;
            }
        }
        // Commons Math sorts the eigenvalues of a symmetric matrix, largest first.
        EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(small, false));
        double[][] vectors = new double[count][length];
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = Math.max(0, eigen.getRealEigenvalue(i));
            for (int a = 0; a < k; a++) {
                double share = eigen.getV().getEntry(a, i);
                for (int j = 0; j < length; j++) {
                    vectors[i][j] += share * basis[a][j];
                }
            }
        }
        return new Found(vectors, values);
    }

    /** Mean of x·(x·v) for each v. */
    private static double[][] applied(float[] rows, int length, int n, double[][] basis) {
        double[][] out = new double[basis.length][length];
        int[] places = new int[length];
        for (int r = 0; r < n; r++) {
            int from = r * length;
            int filled = 0;
            for (int j = 0; j < length; j++) {
                if (rows[from + j] != 0) {
                    places[filled++] = j;
                }
            }
            for (int a = 0; a < basis.length; a++) {
                double sum = 0;
                for (int f = 0; f < filled; f++) {
                    sum += rows[from + places[f]] * basis[a][places[f]];
                }
                sum /= n;
                for (int f = 0; f < filled; f++) {
                    out[a][places[f]] += sum * rows[from + places[f]];
                }
            }
        }
        return out;
    }

    /** Modified Gram-Schmidt, twice; a vector that depends on those before it becomes zero. */
    private static void orthonormalise(double[][] vectors) {
        for (int a = 0; a < vectors.length; a++) {
            double before = Math.sqrt(dot(vectors[a], vectors[a]));
            for (int pass = 0; pass < 2; pass++) {
                for (int b = 0; b < a; b++) {
                    double share = dot(vectors[a], vectors[b]);
                    for (int i = 0; i < vectors[a].length; i++) {
                        vectors[a][i] -= share * vectors[b][i];
                    }
                }
            }
            double norm = Math.sqrt(dot(vectors[a], vectors[a]));
            double scale = norm > 1e-12 * before ? 1 / norm : 0;
            for (int i = 0; i < vectors[a].length; i++) {
                vectors[a][i] *= scale;
            }
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
