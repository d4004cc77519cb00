package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of Euler's method; the names are those of diffusers' EulerDiscreteScheduler.
 *
 * @param levels which noise levels are visited
 * @param logLinear whether levels at timesteps are spaced evenly in log σ from the first timestep's to the last's
 * @param continuousTimesteps whether a V-predicting network is called with ¼ log σ instead of a timestep
 * @param churn noise added and removed on the way
 */
public record EulerOptions(LevelOptions levels, boolean logLinear, boolean continuousTimesteps, Churn churn)
        implements LeveledOptions {
    public EulerOptions {
        Objects.requireNonNull(levels, "levels");
        Objects.requireNonNull(churn, "churn");
        levels.requireExploding("euler");
    }

    public static EulerOptions defaults() {
        return new EulerOptions(LevelOptions.defaults(), false, false, Churn.NONE);
    }

    @Override
    public EulerOptions withLevels(LevelOptions newLevels) {
        return new EulerOptions(newLevels, logLinear, continuousTimesteps, churn);
    }

    public EulerOptions withChurn(Churn newChurn) {
        return new EulerOptions(levels, logLinear, continuousTimesteps, newChurn);
    }

    public EulerOptions withLogLinear(boolean newLogLinear) {
        return new EulerOptions(levels, newLogLinear, continuousTimesteps, churn);
    }

    public EulerOptions withContinuousTimesteps(boolean newContinuousTimesteps) {
        return new EulerOptions(levels, logLinear, newContinuousTimesteps, churn);
    }

    @Override
    public String className() {
        return "EulerDiscreteScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return EulerRun.of(this, process, request);
    }
}
