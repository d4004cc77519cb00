package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.schedule.NoiseSchedule;

/** A run over whole training timesteps: xₜ = √ᾱₜ x₀ + √(1 − ᾱₜ) ε. */
abstract class PreservingRun extends SamplerRun {
    final NoiseSchedule schedule;
    final PredictionType type;
    private final int[] timesteps;
    private final int first;

    /** @param timesteps one for each call */
    PreservingRun(String name, TrainedProcess process, RunRequest request, int[] timesteps, int first) {
        super(request);
        schedule = process.requirePreserving(name);
        type = process.prediction();
        this.timesteps = timesteps;
        this.first = first;
        for (int t : timesteps) {
            if (type == PredictionType.EPSILON && schedule.alphaCumprod(t) == 0) {
                throw new IllegalArgumentException("timestep " + t + " is pure noise (zero terminal SNR), of which an "
                        + "EPSILON prediction says nothing: use leading timesteps, or a sampler on noise levels");
            }
        }
    }

    @Override
    public int calls() {
        return timesteps.length;
    }

    @Override
    public int firstCall() {
        return first;
    }

    @Override
    public double timestep(int call) {
        return timesteps[call];
    }

    int at(int call) {
        return timesteps[call];
    }

    @Override
    public double signal(int call) {
        return Math.sqrt(schedule.alphaCumprod(timesteps[call]));
    }

    @Override
    public double noise(int call) {
        return Math.sqrt(1 - schedule.alphaCumprod(timesteps[call]));
    }

    /** Leaves the clipped estimate in {@link #clean}. */
    void estimate(int call, float[] prediction, Clipping clipping) {
        Conversion.clean(type, signal(call), noise(call)).apply(x, prediction, clean);
        clipping.apply(clean, samples);
    }
}
