package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of the second-order sampler of k-diffusion; the names are those of diffusers' KDPM2DiscreteScheduler.
 *
 * @param levels which noise levels are visited
 */
public record Kdpm2Options(LevelOptions levels) implements LeveledOptions {
    public Kdpm2Options {
        Objects.requireNonNull(levels, "levels");
        levels.requireExploding("kdpm2");
    }

    public static Kdpm2Options defaults() {
        return new Kdpm2Options(LevelOptions.defaults());
    }

    @Override
    public Kdpm2Options withLevels(LevelOptions newLevels) {
        return new Kdpm2Options(newLevels);
    }

    @Override
    public String className() {
        return "KDPM2DiscreteScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new Kdpm2Run(this, process, request);
    }
}
