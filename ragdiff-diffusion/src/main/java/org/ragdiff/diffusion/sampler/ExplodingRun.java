package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.Denoiser.PredictionType;

/**
 * A run in coordinates x = x₀ + σ ε (Karras et al. 2022), for networks that were trained on √ᾱ x₀ + √(1 − ᾱ) ε:
 * they see x / √(σ² + 1). One call for each level, unless a subclass says otherwise.
 */
abstract class ExplodingRun extends SamplerRun {
    final ExplodingLevels levels;
    final PredictionType type;
    private final int first;

    ExplodingRun(TrainedProcess process, RunRequest request, ExplodingLevels levels) {
        super(request);
        this.levels = levels;
        type = process.prediction();
        first = request.skipped(levels.timesteps().length);
    }

    @Override
    public int calls() {
        return levels.timesteps().length;
    }

    @Override
    public int firstCall() {
        return first;
    }

    @Override
    public double timestep(int call) {
        return levels.timesteps()[call];
    }

    @Override
    public double signal(int call) {
        return 1;
    }

    @Override
    public double noise(int call) {
        return sigma(call);
    }

    @Override
    public double[] sigmas() {
        return levels.sigmas().clone();
    }

    @Override
    public double startScale() {
        return levels.startScale();
    }

    @Override
    protected double inputScale(int call) {
        return inputScale(sigma(call));
    }

    static double inputScale(double sigma) {
        return 1 / Math.sqrt(sigma * sigma + 1);
    }

    double sigma(int level) {
        return levels.sigmas()[level];
    }

    /** Leaves the estimate of the clean latents at a level in {@link #clean}. */
    void estimate(double sigma, float[] prediction) {
        Conversion.cleanExploding(type, sigma).apply(x, prediction, clean);
    }
}
