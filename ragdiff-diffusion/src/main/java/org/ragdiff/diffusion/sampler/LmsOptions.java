package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of the linear multistep method; the names are those of diffusers' LMSDiscreteScheduler.
 *
 * @param levels which noise levels are visited
 * @param order slopes that a step is made from, 1 to 8
 * @param fullOrderAtOnce how a run begins that starts inside its levels (image-to-image): diffusers uses the
 *     coefficients of the full order for the few slopes there are, which overshoots; false lets the order grow
 */
public record LmsOptions(LevelOptions levels, int order, boolean fullOrderAtOnce) implements LeveledOptions {
    public LmsOptions {
        Objects.requireNonNull(levels, "levels");
        levels.requireExploding("lms");
        if (order < 1 || order > 8) {
            throw new IllegalArgumentException("order must be in [1, 8], got " + order);
        }
    }

    public static LmsOptions defaults() {
        return new LmsOptions(LevelOptions.defaults(), 4, false);
    }

    @Override
    public LmsOptions withLevels(LevelOptions newLevels) {
        return new LmsOptions(newLevels, order, fullOrderAtOnce);
    }

    public LmsOptions withOrder(int newOrder) {
        return new LmsOptions(levels, newOrder, fullOrderAtOnce);
    }

    public LmsOptions withFullOrderAtOnce(boolean newFullOrderAtOnce) {
        return new LmsOptions(levels, order, newFullOrderAtOnce);
    }

    @Override
    public String className() {
        return "LMSDiscreteScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new LmsRun(this, process, request);
    }
}
