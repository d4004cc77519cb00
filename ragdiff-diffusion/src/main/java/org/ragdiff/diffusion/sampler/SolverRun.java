package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.Denoiser.PredictionType;

/** A run of a solver that keeps a history of clean or noise estimates. */
abstract class SolverRun extends SamplerRun {
    final SolverLevels levels;
    final boolean onNoise;
    /** What the solver integrates: ε if it works on noise, else x₀. */
    final History<double[]> history;

    private final PredictionType type;
    private final Clipping clipping;
    private final int first;

    /** @param onNoise whether the solver integrates ε rather than x₀ */
    SolverRun(
            TrainedProcess process,
            RunRequest request,
            SolverLevels levels,
            int historyLength,
            boolean onNoise,
            Clipping clipping) {
        super(request);
        this.levels = levels;
        this.onNoise = onNoise;
        this.clipping = clipping;
        type = process.prediction();
        first = request.skipped(levels.timesteps().length);
        history = new History<>(historyLength, () -> new double[request.size()]);
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
        return levels.alphas()[call];
    }

    @Override
    public double noise(int call) {
        return levels.sigmas()[call];
    }

    @Override
    public double[] sigmas() {
        return levels.levels().clone();
    }

    /** Whether the step after this call ends without noise, where differences in λ make no sense. */
    final boolean endsClean(int call) {
        return levels.sigmas()[call + 1] == 0;
    }

    /** x₀ from latents and prediction. */
    Linear clean(int call) {
        return Conversion.clean(type, signal(call), noise(call));
    }

    /** Leaves the estimate in {@link #clean} and what the solver integrates in {@code out}. */
    final void convert(int call, float[] prediction, double[] out) {
        double alpha = signal(call);
        double sigma = noise(call);
        clean(call).apply(x, prediction, clean);
        clipping.apply(clean, samples);
        if (!onNoise) {
            System.arraycopy(clean, 0, out, 0, out.length);
        } else if (clipping.changes()) {
            for (int i = 0; i < out.length; i++) {
                out[i] = (x[i] - alpha * clean[i]) / sigma;
            }
        } else {
            Conversion.noise(type, alpha, sigma).apply(x, prediction, out);
        }
    }
}
