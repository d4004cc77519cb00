package org.ragdiff.diffusion.align;

import java.util.Optional;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.DecompositionSolver;

/**
 * The {@link SplineWarp} that explains correspondences best: weighted least squares with a penalty on bending,
 * which leaves affine maps free and carries the map on into what the photo does not show. Correspondences that
 * contradict the others are weighed down (Cauchy weights, iteratively). Thread-safe.
 *
 * @param spans of the spline along a side
 * @param bending weight of the bending penalty against the mean squared error
 * @param scale distance in the photo, in fractions of its side, at which a correspondence counts half
 * @param rounds of reweighting after the first solution
 * @param fewest cells, in shares of the photo's, that must show the garment
 */
public record SplineWarpFit(int spans, double bending, double scale, int rounds, double fewest) {
    /** Keeps the normal equations regular where nothing is seen; far below what any datum weighs. */
    private static final double RIDGE = 1e-9;

    public SplineWarpFit {
        if (spans < 1 || spans > 32 || rounds < 0 || rounds > 20) {
            throw new IllegalArgumentException(
                    "spans must be in 1..32 and rounds in 0..20, got " + spans + ", " + rounds);
        }
        if (!(bending > 0) || !(scale > 0) || !(fewest >= 0 && fewest < 1)) {
            throw new IllegalArgumentException("bending and scale must be positive and fewest in [0, 1), got " + bending
                    + ", " + scale + ", " + fewest);
        }
    }

    public static SplineWarpFit defaults() {
        return new SplineWarpFit(7, 2e-3, 0.03, 2, 0.01);
    }

    /** The map, or empty if too little of a garment is seen in or near the frame. */
    public Optional<SplineWarp> fit(Correspondences c) {
        int cells = c.side() * c.side();
        double[] weights = new double[cells];
        double seen = 0;
        for (int i = 0; i < cells; i++) {
            boolean inside = c.x()[i] > -0.1 && c.x()[i] < 1.1 && c.y()[i] > -0.1 && c.y()[i] < 1.1;
            weights[i] = inside ? c.weight()[i] : 0;
            seen += weights[i];
        }
        if (seen < Math.max(4, fewest * cells)) {
            return Optional.empty();
        }
        SplineWarp warp = solve(c, weights);
        for (int r = 0; r < rounds; r++) {
            warp = solve(c, reweighted(c, weights, warp));
        }
        return Optional.of(warp);
    }

    private double[] reweighted(Correspondences c, double[] weights, SplineWarp warp) {
        double[] out = new double[weights.length];
        double[] at = new double[2];
        for (int i = 0; i < out.length; i++) {
            if (weights[i] > 0) {
                warp.at(c.x()[i], c.y()[i], at);
                double dx = (at[0] - centre(i % c.side(), c.side())) / scale;
                double dy = (at[1] - centre(i / c.side(), c.side())) / scale;
                out[i] = weights[i] / (1 + dx * dx + dy * dy);
            }
        }
        return out;
    }

    private SplineWarp solve(Correspondences c, double[] weights) {
        int knots = spans + 3;
        int n = knots * knots;
        double[][] normal = new double[n][n];
        double[] rightX = new double[n];
        double[] rightY = new double[n];
        double total = 0;
        double[] bu = new double[4];
        double[] bv = new double[4];
        double[] basis = new double[16];
        int[] index = new int[16];
        for (int cell = 0; cell < weights.length; cell++) {
            double w = weights[cell];
            if (w <= 0) {
                continue;
            }
            total += w;
            int column = SplineWarp.basis(c.x()[cell], spans, bu);
            int row = SplineWarp.basis(c.y()[cell], spans, bv);
            for (int j = 0; j < 16; j++) {
                basis[j] = bv[j / 4] * bu[j % 4];
                index[j] = (row + j / 4) * knots + column + j % 4;
            }
            double px = centre(cell % c.side(), c.side());
            double py = centre(cell / c.side(), c.side());
            for (int a = 0; a < 16; a++) {
                double wa = w * basis[a];
                rightX[index[a]] += wa * px;
                rightY[index[a]] += wa * py;
                double[] line = normal[index[a]];
                for (int b = 0; b < 16; b++) {
                    line[index[b]] += wa * basis[b];
                }
            }
        }
        BendingPenalty.add(normal, knots, bending * total / n);
        for (int i = 0; i < n; i++) {
            normal[i][i] += RIDGE * total;
        }
        DecompositionSolver solver =
                new CholeskyDecomposition(new Array2DRowRealMatrix(normal, false), 1e-9, 0).getSolver();
        return new SplineWarp(
                spans,
                solver.solve(new ArrayRealVector(rightX, false)).toArray(),
                solver.solve(new ArrayRealVector(rightY, false)).toArray());
    }

    private static double centre(int cell, int side) {
        return (cell + 0.5) / side;
    }
}
