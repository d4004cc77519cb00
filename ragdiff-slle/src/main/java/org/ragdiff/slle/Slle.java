package org.ragdiff.slle;

import java.util.Arrays;
import java.util.Objects;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularMatrixException;

/**
 * Locally linear reconstruction weights: w minimises ‖e − Σ wᵢxᵢ‖² + Σ rᵢwᵢ² with Σ wᵢ = 1
 * (Roweis and Saul, "Nonlinear Dimensionality Reduction by Locally Linear Embedding", Science 2000;
 * RAGDiffusion, arXiv 2411.19528, section 3.3). Immutable and thread-safe; all in float64.
 */
public final class Slle {
    private static final double LOCALITY_FLOOR = 1e-3;

    private final SolverOptions options;

    public Slle(SolverOptions options) {
        this.options = Objects.requireNonNull(options, "options");
    }

    /**
     * @param weights sum 1, one for each neighbour given; those not used by the residual rule are 0
     * @param residual ‖e − Σ wᵢxᵢ‖, without the regulariser
     * @param used how many neighbours, from the first, could get a weight
     */
    public record Solution(double[] weights, double residual, int used) {
        /** 1 / Σ wᵢ². */
        public double effectiveNeighbours() {
            return Slle.effectiveNeighbours(weights);
        }
    }

    /** 1 / Σ wᵢ². */
    public static double effectiveNeighbours(double[] weights) {
        double sum = 0;
        for (double w : weights) {
            sum += w * w;
        }
        return 1 / sum;
    }

    /**
     * @param query e, [d]; not modified
     * @param neighbours rows xᵢ, [k][d], k at least 1, best first; not modified
     * @throws IllegalArgumentException if there is no neighbour, a length differs or a value is not
     *     finite
     */
    public Solution solve(double[] query, double[][] neighbours) {
        double[][] z = differences(query, neighbours);
        double[][] gram = gram(z);
        int k = z.length;
        if (options.residualTolerance() > 0) {
            double tolerance = options.residualTolerance() * norm(query);
            for (int used = 1; used < k; used++) {
                Solution prefix = solvePrefix(z, gram, used);
                if (prefix.residual() <= tolerance) {
                    return prefix;
                }
            }
        }
        return solvePrefix(z, gram, k);
    }

    private Solution solvePrefix(double[][] z, double[][] gram, int used) {
        double[] w = weights(Arrays.copyOf(z, used), leading(gram, used));
        double[] rest = new double[z[0].length];
        for (int i = 0; i < used; i++) {
            for (int j = 0; j < rest.length; j++) {
                rest[j] += w[i] * z[i][j];
            }
        }
        return new Solution(Arrays.copyOf(w, z.length), norm(rest), used);
    }

    private double[] weights(double[][] z, double[][] gram) {
        int k = z.length;
        if (k == 1) {
            return new double[] {1};
        }
        double trace = 0;
        for (int i = 0; i < k; i++) {
            trace += gram[i][i];
        }
        if (trace == 0) {
            double[] equal = new double[k];
            Arrays.fill(equal, 1.0 / k);
            return equal;
        }
        if (options.lambda() == 0 && !options.nonNegative()) {
            return ExactWeights.solve(z);
        }
        // Divided by the trace: the factorisations' absolute thresholds then fit every scale.
        double ridge = options.rule() == SolverOptions.RidgeRule.TRACE ? options.lambda() : options.lambda() / k;
        double[][] a = new double[k][k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                a[i][j] = gram[i][j] / trace;
            }
        }
        for (int i = 0; i < k; i++) {
            double locality =
                    options.locality() == 0 ? 1 : LOCALITY_FLOOR + Math.pow(gram[i][i] * k / trace, options.locality());
            a[i][i] += ridge * locality;
        }
        return options.nonNegative() ? SimplexWeights.solve(a) : affine(z, a);
    }

    private static double[] affine(double[][] z, double[][] a) {
        int k = a.length;
        RealMatrix matrix = new Array2DRowRealMatrix(a, false);
        ArrayRealVector ones = new ArrayRealVector(k, 1.0);
        double[] w;
        try {
            w = new CholeskyDecomposition(matrix, 1e-10, 1e-15)
                    .getSolver()
                    .solve(ones)
                    .toArray();
        } catch (NonPositiveDefiniteMatrixException e) {
            try {
                w = new LUDecomposition(matrix, 1e-15).getSolver().solve(ones).toArray();
            } catch (SingularMatrixException singular) {
                return ExactWeights.solve(z);
            }
        }
        double sum = Arrays.stream(w).sum();
        for (int i = 0; i < k; i++) {
            w[i] /= sum;
        }
        return w;
    }

    private static double[][] differences(double[] query, double[][] neighbours) {
        if (neighbours.length == 0) {
            throw new IllegalArgumentException("neighbours is empty, expected at least one row");
        }
        double[][] z = new double[neighbours.length][query.length];
        for (int i = 0; i < z.length; i++) {
            if (neighbours[i].length != query.length) {
                throw new IllegalArgumentException("neighbour " + i + " has " + neighbours[i].length
                        + " dimensions, the query has " + query.length);
            }
            for (int j = 0; j < query.length; j++) {
                z[i][j] = neighbours[i][j] - query[j];
                if (!Double.isFinite(z[i][j])) {
                    throw new IllegalArgumentException("dimension " + j + " of the query (" + query[j]
                            + ") or of neighbour " + i + " (" + neighbours[i][j] + ") is not finite");
                }
            }
        }
        return z;
    }

    private static double[][] gram(double[][] z) {
        double[][] g = new double[z.length][z.length];
        for (int i = 0; i < z.length; i++) {
            for (int j = 0; j <= i; j++) {
                double dot = 0;
                for (int d = 0; d < z[i].length; d++) {
                    dot += z[i][d] * z[j][d];
                }
                g[i][j] = dot;
                g[j][i] = dot;
            }
        }
        return g;
    }

    private static double[][] leading(double[][] matrix, int n) {
        double[][] out = new double[n][];
        for (int i = 0; i < n; i++) {
            out[i] = Arrays.copyOf(matrix[i], n);
        }
        return out;
    }

    static double norm(double[] v) {
        double sum = 0;
        for (double x : v) {
            sum += x * x;
        }
        return Math.sqrt(sum);
    }
}
