package org.ragdiff.diffusion.sampler;

import java.util.Arrays;
import org.ragdiff.core.Denoiser.PredictionType;

/** Euler's method for the probability-flow ODE (Karras et al. 2022, algorithm 2 without its correction). */
final class EulerRun extends ExplodingRun {
    private final EulerOptions options;

    static EulerRun of(EulerOptions options, TrainedProcess process, RunRequest request) {
        ExplodingLevels levels = levels(options, process, request.steps());
        if (options.continuousTimesteps() && process.prediction() == PredictionType.V) {
            double[] logs = new double[levels.timesteps().length];
            for (int i = 0; i < logs.length; i++) {
                logs[i] = 0.25 * Math.log(levels.sigmas()[i]);
            }
            levels = new ExplodingLevels(logs, levels.sigmas(), levels.startScale());
        }
        return new EulerRun(options, process, request, levels);
    }

    private EulerRun(EulerOptions options, TrainedProcess process, RunRequest request, ExplodingLevels levels) {
        super(process, request, levels);
        this.options = options;
    }

    private static ExplodingLevels levels(EulerOptions options, TrainedProcess process, Steps steps) {
        if (steps.sigmas() != null) {
            return ownLevels(options, process, steps.sigmas());
        }
        if (!options.logLinear()) {
            return ExplodingLevels.of("euler", process, options.levels(), steps, false);
        }
        LevelOptions atSteps = options.levels().withSigmaSpacing(SigmaSpacing.STEPS);
        ExplodingLevels plain = ExplodingLevels.of("euler", process, atSteps, steps, false);
        int n = plain.timesteps().length;
        TrainedSigmas trained = new TrainedSigmas(process.requirePreserving("euler"));
        double[] even = SigmaRamp.exponential(trained.largest(), trained.smallest(), n + 1);
        return ExplodingLevels.spaced(trained, options.levels(), plain.timesteps(), even, false);
    }

    private static ExplodingLevels ownLevels(EulerOptions options, TrainedProcess process, double[] sigmas) {
        if (sigmas.length < 2) {
            throw new IllegalArgumentException(
                    "euler's sigmas include the final one: at least 2, got " + sigmas.length);
        }
        TrainedSigmas trained = new TrainedSigmas(process.requirePreserving("euler"));
        double[] timesteps = Arrays.copyOf(sigmas, sigmas.length - 1);
        for (int i = 0; i < timesteps.length; i++) {
            timesteps[i] = trained.timestepOf((float) sigmas[i]);
        }
        return ExplodingLevels.withScale(options.levels(), timesteps, sigmas);
    }

    @Override
    protected void advance(int call, float[] prediction) {
        double sigma = sigma(call);
        double raised = options.churn().raised(sigma, levels.sigmas().length - 1);
        if (raised > sigma) {
            double added = options.churn().noise() * Math.sqrt(raised * raised - sigma * sigma);
            float[] fresh = draw();
            for (int i = 0; i < x.length; i++) {
                x[i] += added * fresh[i];
            }
        }
        // diffusers takes the raised level for EPSILON and the level itself for V.
        estimate(type == PredictionType.EPSILON ? raised : sigma, prediction);
        double share = (sigma(call + 1) - raised) / raised;
        for (int i = 0; i < x.length; i++) {
            x[i] += (x[i] - clean[i]) * share;
        }
    }
}
