package org.ragdiff.diffusion.schedule;

import java.util.function.DoubleUnaryOperator;

/** The variances βₜ of the common schedules, in float32 as models were trained with them. */
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
                    roots[i] = (float) roots[i] * (float) roots[i];
                }
                yield roots;
            }
            case SIGMOID -> sigmoid(c.betaStart(), c.betaEnd(), n);
            case SQUAREDCOS_CAP_V2 -> ofAlphaBar(Betas::cosine, n);
            case EXP -> ofAlphaBar(t -> Math.exp(-12 * t), n);
            case LAPLACE -> ofAlphaBar(Betas::laplace, n);
            case NONE ->
                throw new IllegalArgumentException(
                        "a model of continuous noise levels has no betas: use a flow or EDM sampler");
        };
    }

    /** torch.linspace in float32: counted from both ends. */
    private static double[] linear(double from, double to, int n) {
        double[] out = new double[n];
        float step = n == 1 ? 0 : ((float) to - (float) from) / (n - 1);
        for (int i = 0; i < n; i++) {
            out[i] = i < n / 2 || n == 1 ? (float) from + step * i : (float) to - step * (n - i - 1);
        }
        return out;
    }

    private static double[] sigmoid(double from, double to, int n) {
        double[] out = linear(-6, 6, n);
        for (int i = 0; i < n; i++) {
            out[i] = 1 / (1 + Math.exp(-out[i])) * (to - from) + from;
        }
        return out;
    }

    private static double[] ofAlphaBar(DoubleUnaryOperator alphaBar, int n) {
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            double ratio = alphaBar.applyAsDouble((i + 1.0) / n) / alphaBar.applyAsDouble((double) i / n);
            out[i] = Math.min(1 - ratio, MAX_BETA);
        }
        return out;
    }

    /** ᾱ(t) = cos²((t + 0.008) / 1.008 · π/2) (Nichol and Dhariwal 2021). */
    private static double cosine(double t) {
        double c = Math.cos((t + 0.008) / 1.008 * Math.PI / 2);
        return c * c;
    }

    /** Log-SNR with a Laplace distribution (Hang and Gu 2024). */
    private static double laplace(double t) {
        double logSnr = -0.5 * Math.copySign(1, 0.5 - t) * Math.log(1 - 2 * Math.abs(0.5 - t) + 1e-6);
        double snr = Math.exp(logSnr);
        return Math.sqrt(snr / (1 + snr));
    }
}
