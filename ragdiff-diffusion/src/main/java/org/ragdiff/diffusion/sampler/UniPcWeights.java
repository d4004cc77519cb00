package org.ragdiff.diffusion.sampler;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;

/**
 * Weights of the differences of estimates (Zhao et al. 2023, equations 5 and 9): ρ solves R(h) ρ = φ(h) / B(h), and
 * each difference counts with ρₖ / rₖ times the scale of the step. For predictors of order 2 and correctors of
 * order 1 the paper takes ρ = ½.
 */
final class UniPcWeights {
    private UniPcWeights() {}

    /** order − 1 weights of the older estimates less the newest. */
    static double[] predictor(SolverLevels levels, int s, int order, UniPcOptions options) {
        double h = levels.lambdas()[s + 1] - levels.lambdas()[s];
        if (order == 1 || h == 0) {
            return new double[order - 1];
        }
        double[] r = ratios(levels, s, order, h);
        double[] rho = order == 2 ? new double[] {0.5} : solve(r, order - 1, h, options);
        return scaled(rho, r, levels, s, h, options);
    }

    /** The same and, as the last, the weight of the estimate at the level after s less the newest. */
    static double[] corrector(SolverLevels levels, int s, int order, UniPcOptions options) {
        double h = levels.lambdas()[s + 1] - levels.lambdas()[s];
        if (h == 0) {
            return new double[order];
        }
        double[] r = ratios(levels, s, order, h);
        double[] rho = order == 1 ? new double[] {0.5} : solve(r, order, h, options);
        return scaled(rho, r, levels, s, h, options);
    }

    /** (λ of older levels − λₛ) / h, and 1 for the level after s. */
    private static double[] ratios(SolverLevels levels, int s, int order, double h) {
        double[] r = new double[order];
        for (int i = 1; i < order; i++) {
            r[i - 1] = (levels.lambdas()[s - i] - levels.lambdas()[s]) / h;
        }
        r[order - 1] = 1;
        return r;
    }

    private static double[] solve(double[] r, int n, double h, UniPcOptions options) {
        double signed = options.predictX0() ? -h : h;
        double basis = basis(signed, options);
        double[][] powers = new double[n][n];
        double[] right = new double[n];
        double phi = Math.expm1(signed) / signed - 1;
        double factorial = 1;
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                powers[i][k] = Math.pow(r[k], i);
            }
            right[i] = phi * factorial / basis;
            factorial *= i + 2;
            phi = phi / signed - 1 / factorial;
        }
        return new LUDecomposition(new Array2DRowRealMatrix(powers, false), 0)
                .getSolver()
                .solve(new ArrayRealVector(right, false))
                .toArray();
    }

    private static double basis(double signed, UniPcOptions options) {
        return options.basis() == UniPcOptions.Basis.BH1 ? signed : Math.expm1(signed);
    }

    private static double[] scaled(
            double[] rho, double[] r, SolverLevels levels, int s, double h, UniPcOptions options) {
        double step = options.predictX0() ? levels.alphas()[s + 1] : levels.sigmas()[s + 1];
        double basis = basis(options.predictX0() ? -h : h, options);
        double[] out = new double[rho.length];
        for (int k = 0; k < out.length; k++) {
            out[k] = -step * basis * rho[k] / r[k];
        }
        return out;
    }
}
