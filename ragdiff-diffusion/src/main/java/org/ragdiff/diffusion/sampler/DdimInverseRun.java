package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.Denoiser.PredictionType;

/**
 * DDIM backwards (Song, Meng and Ermon 2021, section 4.3): equation 12 with the next timestep in the place of the one
 * before.
 */
final class DdimInverseRun extends PreservingRun {
    private final DdimInverseOptions options;
    private final int stride;
    private final double[] eps;

    DdimInverseRun(DdimInverseOptions options, TrainedProcess process, RunRequest request) {
        super("ddim inversion", process, request, timesteps(options, process, request), request.requireWhole());
        this.options = options;
        stride = process.trainSteps() / request.steps().count();
        eps = new double[request.size()];
        if (type == PredictionType.SAMPLE && noise(0) == 0) {
            throw new IllegalArgumentException(
                    "SAMPLE prediction says nothing of the noise in clean latents: use " + "setAlphaToOne false");
        }
    }

    private static int[] timesteps(DdimInverseOptions options, TrainedProcess process, RunRequest request) {
        int n = request.steps().requireCount("ddim inversion");
        int[] falling = options.timestepSpacing().timesteps(process.trainSteps(), n, options.stepsOffset());
        int[] rising = new int[n];
        for (int i = 0; i < n; i++) {
            rising[i] = falling[n - 1 - i];
        }
        return rising;
    }

    /** ᾱ of the latents that a call sees: that of the timestep before. */
    private double before(int call) {
        int t = at(call) - stride;
        return t >= 0 ? schedule.alphaCumprod(t) : options.setAlphaToOne() ? 1 : schedule.alphaCumprod(0);
    }

    @Override
    public double signal(int call) {
        return Math.sqrt(before(call));
    }

    @Override
    public double noise(int call) {
        return Math.sqrt(1 - before(call));
    }

    @Override
    protected void advance(int call, float[] prediction) {
        estimate(call, prediction, options.clipping());
        Conversion.noise(type, signal(call), noise(call)).apply(x, prediction, eps);
        double next = schedule.alphaCumprod(at(call));
        double ofClean = Math.sqrt(next);
        double ofNoise = Math.sqrt(1 - next);
        for (int i = 0; i < x.length; i++) {
            x[i] = ofClean * clean[i] + ofNoise * eps[i];
        }
    }
}
