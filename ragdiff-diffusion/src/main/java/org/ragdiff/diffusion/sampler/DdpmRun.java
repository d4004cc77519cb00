package org.ragdiff.diffusion.sampler;

/**
 * Ancestral sampling (Ho et al. 2020, "Denoising Diffusion Probabilistic Models", equation 7), also between
 * timesteps that lie further apart.
 */
class DdpmRun extends PreservingRun {
    private static final double SMALLEST_VARIANCE = 1e-20;

    private final DdpmOptions options;

    DdpmRun(DdpmOptions options, TrainedProcess process, RunRequest request) {
        this(options, process, request, timesteps(options, process, request.steps()));
    }

    private DdpmRun(DdpmOptions options, TrainedProcess process, RunRequest request, int[] timesteps) {
        super("ddpm", process, request, timesteps, request.skipped(timesteps.length));
        this.options = options;
    }

    private static int[] timesteps(DdpmOptions options, TrainedProcess process, Steps steps) {
        int[] own = steps.timestepsOrNull("ddpm", process.trainSteps());
        return own != null
                ? own
                : options.timestepSpacing().timesteps(process.trainSteps(), steps.count(), options.stepsOffset());
    }

    @Override
    protected void advance(int call, float[] prediction) {
        estimate(call, prediction, options.clipping());
        int t = at(call);
        double alphaBar = schedule.alphaCumprod(t);
        double next = call + 1 < calls() ? schedule.alphaCumprod(at(call + 1)) : 1;
        double alpha = alpha(call, alphaBar, next);
        double ofClean = Math.sqrt(next) * (1 - alpha) / (1 - alphaBar);
        double ofLatents = Math.sqrt(alpha) * (1 - next) / (1 - alphaBar);
        double deviation = t > 0 ? Math.sqrt(variance(alphaBar, next, alpha)) : 0;
        float[] fresh = t > 0 ? draw() : null;
        for (int i = 0; i < x.length; i++) {
            x[i] = ofClean * clean[i] + ofLatents * x[i] + (fresh == null ? 0 : deviation * fresh[i]);
        }
    }

    /** α of a step; in float32, as diffusers has it: 1 − α of the last steps keeps four digits only. */
    double alpha(int call, double alphaBar, double next) {
        return (float) (alphaBar / next);
    }

    private double variance(double alphaBar, double next, double alpha) {
        return switch (options.variance()) {
            case FIXED_SMALL, FIXED_SMALL_LOG -> Math.max((1 - next) / (1 - alphaBar) * (1 - alpha), SMALLEST_VARIANCE);
            case FIXED_LARGE, FIXED_LARGE_LOG -> 1 - alpha;
        };
    }
}
