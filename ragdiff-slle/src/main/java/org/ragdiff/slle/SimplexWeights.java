package org.ragdiff.slle;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.SingularMatrixException;

/**
 * min wᵀGw over the simplex {w ≥ 0, Σ w = 1} by Wolfe's active-set method ("Finding the nearest
 * point in a polytope", Mathematical Programming 11, 1976): finite and exact, also where G is
 * singular, because the active points stay affinely independent. Stateless.
 */
final class SimplexWeights {
    private static final double TOLERANCE = 1e-15;

    private SimplexWeights() {}

    /**
     * @param g symmetric, positive semi-definite, [k][k], entries of about unit scale; not modified
     */
    static double[] solve(double[][] g) {
        int k = g.length;
        int first = 0;
        for (int i = 1; i < k; i++) {
            if (g[i][i] < g[first][first]) {
                first = i;
            }
        }
        boolean[] active = new boolean[k];
        double[] w = new double[k];
        active[first] = true;
        w[first] = 1;
        double last = Double.MAX_VALUE;
        while (true) {
            double[] gradient = multiply(g, w);
            double value = dot(w, gradient);
            int entering = 0;
            for (int i = 1; i < k; i++) {
                if (gradient[i] < gradient[entering]) {
                    entering = i;
                }
            }
            // value − min gradient bounds the distance to the optimum from above.
            if (value - gradient[entering] <= TOLERANCE || active[entering] || value >= last) {
                return w;
            }
            last = value;
            active[entering] = true;
            double[] next = descend(g, w, active);
            if (next == null) {
                return w;
            }
            w = next;
        }
    }

    /** Moves to the minimiser of the active points' affine hull, dropping points that leave the simplex. */
    private static double[] descend(double[][] g, double[] start, boolean[] active) {
        double[] w = start.clone();
        while (true) {
            double[] v = affineMinimiser(g, active);
            if (v == null) {
                return null;
            }
            double step = 1;
            int leaving = -1;
            for (int i = 0; i < w.length; i++) {
                if (active[i] && v[i] <= 0) {
                    double t = w[i] - v[i] == 0 ? 0 : w[i] / (w[i] - v[i]);
                    if (t < step || leaving < 0) {
                        step = Math.min(t, 1);
                        leaving = i;
                    }
                }
            }
            if (leaving < 0) {
                return v;
            }
            for (int i = 0; i < w.length; i++) {
                if (active[i]) {
                    w[i] = Math.max(0, w[i] + step * (v[i] - w[i]));
                }
            }
            w[leaving] = 0;
            active[leaving] = false;
        }
    }

    private static double[] affineMinimiser(double[][] g, boolean[] active) {
        int[] index = new int[g.length];
        int n = 0;
        for (int i = 0; i < g.length; i++) {
            if (active[i]) {
                index[n++] = i;
            }
        }
        double[] w = new double[g.length];
        if (n == 1) {
            w[index[0]] = 1;
            return w;
        }
        // The KKT system [G 1; 1' 0] of the equality-constrained problem.
        double[][] kkt = new double[n + 1][n + 1];
        double[] rhs = new double[n + 1];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                kkt[i][j] = g[index[i]][index[j]];
            }
            kkt[i][n] = 1;
            kkt[n][i] = 1;
        }
        rhs[n] = 1;
        try {
            double[] v = new LUDecomposition(new Array2DRowRealMatrix(kkt, false), 1e-14)
                    .getSolver()
                    .solve(new ArrayRealVector(rhs, false))
                    .toArray();
            double sum = Arrays.stream(v, 0, n).sum();
            for (int i = 0; i < n; i++) {
                w[index[i]] = v[i] / sum;
            }
            return w;
        } catch (SingularMatrixException e) {
            return null;
        }
    }

    private static double[] multiply(double[][] g, double[] w) {
        double[] out = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            out[i] = dot(g[i], w);
        }
        return out;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
