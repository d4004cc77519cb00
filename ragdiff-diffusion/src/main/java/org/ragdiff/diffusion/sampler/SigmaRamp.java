package org.ragdiff.diffusion.sampler;

import org.apache.commons.math3.distribution.BetaDistribution;

/** n noise levels from a largest to a smallest. */
final class SigmaRamp {
    private static final double KARRAS_RHO = 7;
    private static final double BETA_SHAPE = 0.6;

    private SigmaRamp() {}

    /** @param spacing not STEPS */
    static double[] of(SigmaSpacing spacing, double max, double min, int n) {
        return switch (spacing) {
            case KARRAS -> karras(max, min, n, KARRAS_RHO);
            case EXPONENTIAL, LU -> exponential(max, min, n);
            case BETA -> beta(max, min, n);
            case STEPS -> throw new IllegalArgumentException("levels at timesteps have no ramp");
        };
    }

    static double[] karras(double max, double min, int n, double rho) {
        double from = Math.pow(max, 1 / rho);
        double to = Math.pow(min, 1 / rho);
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            out[i] = Math.pow(from + share(i, n) * (to - from), rho);
        }
        return out;
    }

    static double[] exponential(double max, double min, int n) {
        double from = Math.log(max);
        double to = Math.log(min);
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            out[i] = Math.exp(i == n - 1 && n > 1 ? to : from + i * ((to - from) / Math.max(1, n - 1)));
        }
        return out;
    }

    private static double[] beta(double max, double min, int n) {
        BetaDistribution distribution = new BetaDistribution(null, BETA_SHAPE, BETA_SHAPE, 1e-13);
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            out[i] = min + distribution.inverseCumulativeProbability(1 - share(i, n)) * (max - min);
        }
        return out;
    }

    private static double share(int i, int n) {
        return n == 1 ? 0 : i / (n - 1.0);
    }
}
