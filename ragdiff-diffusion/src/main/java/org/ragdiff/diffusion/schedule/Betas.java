package org.ragdiff.diffusion.schedule;

/** The variances βₜ of the common schedules. */
final class Betas {
    private static final double MAX_BETA = 0.999;

    private Betas() {}

    static double[] of(ScheduleConfig c) {
        int n = c.numTrainTimesteps();
        return switch (c.betaSchedule()) {
            case LINEAR -> linear(c.betaStart(), c.betaEnd(), n);
            case SCALED_LINEAR -> {
                double[] roots = linear(Math.sqrt(c.betaStart()), Math.sqrt(c.betaEnd()), n);
                for (int i = 0; i < n; i++) {
                    roots[i] *= roots[i];
                }
                yield roots;
            }
            case SQUAREDCOS_CAP_V2 -> squaredCosine(n);
        };
    }

    private static double[] linear(double from, double to, int n) {
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            out[i] = n == 1 ? from : from + (to - from) * i / (n - 1);
        }
        return out;
    }

    /** ᾱ(t) = cos²((t + 0.008) / 1.008 · π/2) (Nichol and Dhariwal 2021), steps capped at 0.999. */
    private static double[] squaredCosine(int n) {
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            out[i] = Math.min(1 - alphaBar((i + 1.0) / n) / alphaBar((double) i / n), MAX_BETA);
        }
        return out;
    }

    private static double alphaBar(double t) {
        double c = Math.cos((t + 0.008) / 1.008 * Math.PI / 2);
        return c * c;
    }
}
