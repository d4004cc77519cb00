package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of the second-order sampler of k-diffusion with fresh noise; the names are those of diffusers'
 * KDPM2AncestralDiscreteScheduler.
 *
 * @param levels which noise levels are visited
 */
public record Kdpm2AncestralOptions(LevelOptions levels) implements LeveledOptions {
    public Kdpm2AncestralOptions {
        Objects.requireNonNull(levels, "levels");
        levels.requireExploding("kdpm2-a");
    }

    public static Kdpm2AncestralOptions defaults() {
        return new Kdpm2AncestralOptions(LevelOptions.defaults());
    }

    @Override
    public Kdpm2AncestralOptions withLevels(LevelOptions newLevels) {
        return new Kdpm2AncestralOptions(newLevels);
    }

    @Override
    public String className() {
        return "KDPM2AncestralDiscreteScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new Kdpm2AncestralRun(this, process, request);
    }
}
