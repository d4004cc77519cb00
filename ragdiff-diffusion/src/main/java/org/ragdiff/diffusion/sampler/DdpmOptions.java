package org.ragdiff.diffusion.sampler;

import java.util.Objects;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/**
 * Settings of the ancestral sampler of Ho et al. 2020; the names are those of diffusers' DDPMScheduler.
 *
 * @param timestepSpacing which timesteps are visited
 * @param stepsOffset added to LEADING timesteps
 * @param variance of each step
 * @param clipping of the predicted clean latents
 */
public record DdpmOptions(TimestepSpacing timestepSpacing, int stepsOffset, Variance variance, Clipping clipping)
        implements SamplerOptions {
    public DdpmOptions {
        Objects.requireNonNull(timestepSpacing, "timestepSpacing");
        Objects.requireNonNull(variance, "variance");
        Objects.requireNonNull(clipping, "clipping");
        if (stepsOffset < 0) {
            throw new IllegalArgumentException("stepsOffset must be at least 0, got " + stepsOffset);
        }
    }

    /** From pure noise (trailing), with the posterior's variance, unclipped as latents are. */
    public static DdpmOptions defaults() {
        return new DdpmOptions(TimestepSpacing.TRAILING, 0, Variance.FIXED_SMALL, Clipping.NONE);
    }

    public DdpmOptions withSpacing(TimestepSpacing spacing, int offset) {
        return new DdpmOptions(spacing, offset, variance, clipping);
    }

    public DdpmOptions withVariance(Variance newVariance) {
        return new DdpmOptions(timestepSpacing, stepsOffset, newVariance, clipping);
    }

    public DdpmOptions withClipping(Clipping newClipping) {
        return new DdpmOptions(timestepSpacing, stepsOffset, variance, newClipping);
    }

    @Override
    public String className() {
        return "DDPMScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new DdpmRun(this, process, request);
    }

    /** The variance of a step, between the two bounds of Ho et al. */
    public enum Variance {
        /** That of q(xₜ₋₁ | xₜ, x₀). */
        FIXED_SMALL,
        /** The same, by way of its logarithm. */
        FIXED_SMALL_LOG,
        /** βₜ. */
        FIXED_LARGE,
        /** The same, by way of its logarithm. */
        FIXED_LARGE_LOG
    }
}
