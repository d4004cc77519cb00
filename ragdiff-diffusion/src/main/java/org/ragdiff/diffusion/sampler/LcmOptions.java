package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of the sampler of latent consistency models; the names are those of diffusers' LCMScheduler.
 *
 * @param originalSteps of the solver that the model was distilled from
 * @param timestepScaling how fast the boundary condition gives way to the network
 * @param clipping of the predicted clean latents
 */
public record LcmOptions(int originalSteps, double timestepScaling, Clipping clipping) implements SamplerOptions {
    public LcmOptions {
        Objects.requireNonNull(clipping, "clipping");
        DistilledTimesteps.requireOriginal(originalSteps);
        if (!(timestepScaling > 0 && timestepScaling < 1e6)) {
            throw new IllegalArgumentException("timestepScaling must be in (0, 1e6), got " + timestepScaling);
        }
    }

    /** As the published models were distilled. */
    public static LcmOptions defaults() {
        return new LcmOptions(50, 10, Clipping.NONE);
    }

    public LcmOptions withOriginalSteps(int steps) {
        return new LcmOptions(steps, timestepScaling, clipping);
    }

    public LcmOptions withClipping(Clipping newClipping) {
        return new LcmOptions(originalSteps, timestepScaling, newClipping);
    }

    @Override
    public String className() {
        return "LCMScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new LcmRun(this, process, request);
    }
}
