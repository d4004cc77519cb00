package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of Heun's method; the names are those of diffusers' HeunDiscreteScheduler.
 *
 * @param levels which noise levels are visited
 * @param clipping of the predicted clean latents
 */
public record HeunOptions(LevelOptions levels, Clipping clipping) implements LeveledOptions {
    public HeunOptions {
        Objects.requireNonNull(levels, "levels");
        Objects.requireNonNull(clipping, "clipping");
        levels.requireExploding("heun");
    }

    public static HeunOptions defaults() {
        return new HeunOptions(LevelOptions.defaults(), Clipping.NONE);
    }

    @Override
    public HeunOptions withLevels(LevelOptions newLevels) {
        return new HeunOptions(newLevels, clipping);
    }

    public HeunOptions withClipping(Clipping newClipping) {
        return new HeunOptions(levels, newClipping);
    }

    @Override
    public String className() {
        return "HeunDiscreteScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new HeunRun(this, process, request);
    }
}
