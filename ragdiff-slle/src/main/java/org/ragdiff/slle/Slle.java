package org.ragdiff.slle;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.SingularMatrixException;

/**
 * Locally linear reconstruction weights: w minimises ‖e − Σ wᵢxᵢ‖² + Σ rᵢwᵢ² with Σ wᵢ = 1
 * (Roweis and Saul, "Nonlinear Dimensionality Reduction by Locally Linear Embedding", Science 2000;
 * RAGDiffusion, arXiv 2411.19528, section 3.3). Immutable and thread-safe; all in float64.
 */
public final class Slle {
    private static final double LOCALITY_FLOOR = 1e-3;

    /** Weights under it are equal to all digits. */
    private static final double LARGEST_RIDGE = 1e100;

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
     * @throws IllegalArgumentException if there is no neighbour, a length differs, a value is not
     *     finite or squared distances overflow
     */
    public Solution solve(double[] query, double[][] neighbours) {
        Neighbourhood n = Neighbourhood.forProblem(neighbours.length, query.length);
        n.load(query, neighbours);
        return solve(n, options.residualTolerance() == 0 ? 0 : norm(query));
    }

    /**
     * Many queries at once, over the common pool's threads.
     *
     * @param queries rows e, [n][d]; not modified
     * @param points rows that neighbours are taken from, [m][d]; not modified
     * @param neighbours for each query the numbers of its neighbours in {@code points}, best first; not modified
     * @return a solution for each query, in their order, equal to what {@link #solve(double[], double[][])} gives
     * @throws IllegalArgumentException as for one query, with its number; or if the counts differ or a
     *     number is not that of a point
     */
    public List<Solution> solveAll(float[][] queries, float[][] points, int[][] neighbours) {
        requireLists(queries, neighbours);
        Solution[] solutions = new Solution[queries.length];
        IntStream.range(0, queries.length).parallel().forEach(q -> {
            try {
                solutions[q] = solve(queries[q], points, neighbours[q]);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("query " + q + ": " + e.getMessage(), e);
            }
        });
        return List.of(solutions);
    }

    static void requireLists(float[][] queries, int[][] neighbours) {
        if (queries.length != neighbours.length) {
            throw new IllegalArgumentException(
                    queries.length + " queries need as many lists of neighbours, got " + neighbours.length);
        }
    }

    static void requirePoints(int[] chosen, float[][] points) {
        for (int c : chosen) {
            if (c < 0 || c >= points.length) {
                throw new IllegalArgumentException("neighbour " + c + " is not one of " + points.length + " points");
            }
        }
    }

    private Solution solve(float[] query, float[][] points, int[] chosen) {
        requirePoints(chosen, points);
        Neighbourhood n = Neighbourhood.forProblem(chosen.length, query.length);
        n.load(query, points, chosen);
        return solve(n, norm(query));
    }

    /** ‖e‖ where the options need it. */
    double norm(float[] query) {
        return options.residualTolerance() == 0 ? 0 : norm(EmbeddingBlend.toDouble(query));
    }

    /** @param queryNorm ‖e‖; asked for only under a residual rule */
    Solution solve(Neighbourhood n, double queryNorm) {
        if (options.residualTolerance() > 0) {
            double tolerance = options.residualTolerance() * queryNorm;
            for (int used = 1; used < n.count(); used++) {
                Solution prefix = solvePrefix(n, used);
                if (prefix.residual() <= tolerance) {
                    return prefix;
                }
            }
        }
        return solvePrefix(n, n.count());
    }

    private Solution solvePrefix(Neighbourhood n, int used) {
        double[] w = weights(n, used);
        return new Solution(used == n.count() ? w : Arrays.copyOf(w, n.count()), n.residual(w), used);
    }

    private double[] weights(Neighbourhood n, int k) {
        if (k == 1) {
            return new double[] {1};
        }
        double trace = n.trace(k);
        if (trace == 0) {
            double[] equal = new double[k];
            Arrays.fill(equal, 1.0 / k);
            return equal;
        }
        if (options.lambda() == 0 && !options.nonNegative()) {
            return ExactWeights.solve(n.differences(k));
        }
        // The system is divided by the trace: absolute thresholds of the factorisations then fit every scale.
        double[] ridge = ridge(n, k, trace);
        if (options.nonNegative()) {
            return SimplexWeights.solve(n.matrix(k, trace, ridge));
        }
        double[] w = n.solveRidge(k, trace, ridge);
        return w != null ? w : indefinite(n, k, trace, ridge);
    }

    private double[] ridge(Neighbourhood n, int k, double trace) {
        double lambda =
                switch (options.rule()) {
                    case TRACE -> options.lambda();
                    case TRACE_OVER_K -> options.lambda() / k;
                    case ABSOLUTE -> Math.min(options.lambda() / trace, LARGEST_RIDGE);
                };
        double[] ridge = new double[k];
        for (int i = 0; i < k; i++) {
            double locality = options.locality() == 0
                    ? 1
                    : LOCALITY_FLOOR + Math.pow(n.gram(i, i) * k / trace, options.locality());
            ridge[i] = lambda * locality;
        }
        return ridge;
    }

    /** Where rounding leaves a matrix that is not positive definite. */
    private static double[] indefinite(Neighbourhood n, int k, double trace, double[] ridge) {
        double[] ones = new double[k];
        Arrays.fill(ones, 1);
        try {
            double[] w = new LUDecomposition(new Array2DRowRealMatrix(n.matrix(k, trace, ridge), false), 1e-15)
                    .getSolver()
                    .solve(new ArrayRealVector(ones, false))
                    .toArray();
            double sum = Arrays.stream(w).sum();
            return Arrays.stream(w).map(v -> v / sum).toArray();
        } catch (SingularMatrixException e) {
            return ExactWeights.solve(n.differences(k));
        }
    }

    static double norm(double[] v) {
        double sum = 0;
        for (double x : v) {
            sum += x * x;
        }
        return Math.sqrt(sum);
    }
}
