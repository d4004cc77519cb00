package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of Euler's method with fresh noise; the names are those of diffusers' EulerAncestralDiscreteScheduler.
 *
 * @param levels which noise levels are visited
 */
public record EulerAncestralOptions(LevelOptions levels) implements LeveledOptions {
    public EulerAncestralOptions {
        Objects.requireNonNull(levels, "levels");
        levels.requireExploding("euler-a");
    }

    public static EulerAncestralOptions defaults() {
        return new EulerAncestralOptions(LevelOptions.defaults());
    }

    @Override
    public EulerAncestralOptions withLevels(LevelOptions newLevels) {
        return new EulerAncestralOptions(newLevels);
    }

    @Override
    public String className() {
        return "EulerAncestralDiscreteScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new EulerAncestralRun(this, process, request);
    }
}
