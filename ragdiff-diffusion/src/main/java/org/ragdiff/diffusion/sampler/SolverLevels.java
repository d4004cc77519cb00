package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.schedule.ScheduleConfig.BetaSchedule;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/**
 * The levels of a solver in log-SNR: x = α x₀ + σ ε with λ = log(α / σ), one for each call and the one after the
 * last. Not modified once made.
 *
 * @param timesteps whole ones, as diffusers' solvers hand to the network
 * @param levels σ/α, or σ of a flow
 */
record SolverLevels(int[] timesteps, double[] levels, double[] alphas, double[] sigmas, double[] lambdas) {
    private static final double NOT_QUITE_NOISE = 1e-6;

    /** What differs between the solvers of diffusers. */
    enum Style {
        /** Cosine schedules keep fractional timesteps, which are then cut; flows stop before pure noise. */
        MULTISTEP,
        SINGLESTEP,
        /** Runs that do not end at zero stay at their last level; flows begin at pure noise. */
        UNIPC
    }

    static SolverLevels of(String name, TrainedProcess process, LevelOptions options, Steps steps, Style style) {
        boolean flow = options.flow().used();
        if (flow == (process.prediction() != PredictionType.FLOW) && process.prediction() != PredictionType.SAMPLE) {
            throw new IllegalArgumentException(name + ": " + process.prediction() + " prediction with "
                    + (flow ? "" : "no ") + "flow sigmas; expected FLOW with them, EPSILON or V without");
        }
        TrainedSigmas trained =
                process.schedule() == null && flow ? null : new TrainedSigmas(process.requireSchedule(name));
        boolean ramp = options.sigmaSpacing() != SigmaSpacing.STEPS;
        double[] levels;
        int[] timesteps;
        if (flow) {
            levels = ramp ? rampOf(name, trained, options, steps) : flow(process.trainSteps(), options, steps, style);
            for (int i = 0; ramp && i < levels.length; i++) {
                levels[i] = levels[i] / (1 + levels[i]);
            }
            timesteps = cut(levels, process.trainSteps());
        } else if (ramp) {
            levels = rampOf(name, trained, options, steps);
            timesteps = timestepsOf(trained, levels, rounds(process, options.sigmaSpacing(), style));
        } else {
            timesteps = timesteps(name, trained, options, steps);
            levels = new double[timesteps.length];
            for (int i = 0; i < levels.length; i++) {
                levels[i] = trained.at(timesteps[i]);
            }
        }
        double smallest = trained == null || style == Style.UNIPC && (ramp || flow)
                ? levels[levels.length - 1]
                : trained.smallest();
        double[] all = java.util.Arrays.copyOf(levels, levels.length + 1);
        all[levels.length] = options.endAtZero() ? 0 : smallest;
        return of(timesteps, all, flow);
    }

    /** From the smallest trained level to the largest, as diffusers' inverse solver has them. */
    static SolverLevels rising(String name, TrainedProcess process, LevelOptions options, Steps steps) {
        TrainedSigmas trained = new TrainedSigmas(process.requirePreserving(name));
        int n = steps.requireCount(name);
        int noisiest = trained.steps() - 1 - trained.below(options.lambdaMin());
        double[] levels;
        int[] timesteps = new int[n];
        if (options.sigmaSpacing() == SigmaSpacing.STEPS) {
            levels = new double[n];
            int[] falling = options.timestepSpacing() == TimestepSpacing.TRAILING
                    ? TimestepSpacing.TRAILING.timestepsBeforeLast(trained.steps(), noisiest + 1, n, 0)
                    : options.timestepSpacing().timestepsAfterFirst(noisiest + 1, n, options.stepsOffset());
            for (int i = 0; i < n; i++) {
                timesteps[i] = falling[n - 1 - i];
                levels[i] = trained.at(timesteps[i]);
            }
        } else {
            levels = SigmaRamp.of(options.sigmaSpacing(), trained.smallest(), trained.largest(), n);
            timesteps = timestepsOf(trained, levels, options.sigmaSpacing() == SigmaSpacing.KARRAS);
        }
        double[] all = java.util.Arrays.copyOf(levels, n + 1);
        all[n] = options.sigmaSpacing() == SigmaSpacing.STEPS ? trained.at(noisiest) : levels[n - 1];
        return of(timesteps, all, false);
    }

    private static SolverLevels of(int[] timesteps, double[] levels, boolean flow) {
        int n = levels.length;
        double[] alphas = new double[n];
        double[] sigmas = new double[n];
        double[] lambdas = new double[n];
        for (int i = 0; i < n; i++) {
            levels[i] = (float) levels[i];
            alphas[i] = flow ? 1 - levels[i] : 1 / Math.sqrt(levels[i] * levels[i] + 1);
            sigmas[i] = flow ? levels[i] : levels[i] * alphas[i];
            lambdas[i] = Math.log(alphas[i]) - Math.log(sigmas[i]);
        }
        return new SolverLevels(timesteps, levels, alphas, sigmas, lambdas);
    }

    private static boolean rounds(TrainedProcess process, SigmaSpacing spacing, Style style) {
        boolean cosine = process.config().betaSchedule() == BetaSchedule.SQUAREDCOS_CAP_V2;
        boolean rounded = spacing == SigmaSpacing.KARRAS || spacing == SigmaSpacing.LU;
        return rounded && !(cosine && style == Style.MULTISTEP);
    }

    private static double[] rampOf(String name, TrainedSigmas trained, LevelOptions options, Steps steps) {
        if (trained == null && !(options.sigmaMin() > 0 && options.sigmaMax() > 0)) {
            throw new IllegalArgumentException(name + ": " + options.sigmaSpacing()
                    + " levels of a model without betas need sigmaMin and sigmaMax");
        }
        return SigmaRamp.of(
                options.sigmaSpacing(),
                options.sigmaMax() > 0 ? options.sigmaMax() : trained.largest(),
                options.sigmaMin() > 0 ? options.sigmaMin() : trained.smallest(),
                steps.requireCount(name));
    }

    private static int[] timesteps(String name, TrainedSigmas trained, LevelOptions options, Steps steps) {
        int[] own = steps.timestepsOrNull(name, trained.steps());
        int end = trained.steps() - trained.below(options.lambdaMin());
        return own != null
                ? own.clone()
                : options.timestepSpacing()
                        .timestepsBeforeLast(trained.steps(), end, steps.count(), options.stepsOffset());
    }

    private static double[] flow(int train, LevelOptions options, Steps steps, Style style) {
        double[] own = steps.sigmas();
        int n = own != null ? own.length : steps.requireCount("a flow");
        double[] out = new double[n];
        double stride = (1 - 1.0 / train) / n;
        for (int i = 0; i < n; i++) {
            out[i] = own != null ? own[i] : style == Style.UNIPC ? 1 - i * stride : (n - i) * stride;
        }
        options.flow().apply(out, steps.mu());
        // At pure noise α is 0 and the log-SNR minus infinity.
        if (Math.abs(out[0] - 1) < NOT_QUITE_NOISE) {
            out[0] -= NOT_QUITE_NOISE;
        }
        return out;
    }

    private static int[] timestepsOf(TrainedSigmas trained, double[] levels, boolean rounded) {
        int[] out = new int[levels.length];
        for (int i = 0; i < out.length; i++) {
            double t = trained.timestepOf(levels[i]);
            out[i] = (int) (rounded ? Math.rint(t) : t);
        }
        return out;
    }

    private static int[] cut(double[] levels, int train) {
        int[] out = new int[levels.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (int) (levels[i] * train);
        }
        return out;
    }
}
