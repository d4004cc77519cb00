package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of the ancestral sampler of unCLIP (Ramesh et al. 2022), which is that of Ho et al. 2020 over evenly spaced
 * timesteps with both ends; the names are those of diffusers' UnCLIPScheduler.
 *
 * @param clipping of the predicted clean sample
 */
public record UnclipOptions(Clipping clipping) implements SamplerOptions {
    public UnclipOptions {
        Objects.requireNonNull(clipping, "clipping");
    }

    /** Unclipped, as latents are. */
    public static UnclipOptions defaults() {
        return new UnclipOptions(Clipping.NONE);
    }

    @Override
    public String className() {
        return "UnCLIPScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new UnclipRun(this, process, request);
    }
}
