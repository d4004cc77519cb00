package org.ragdiff.diffusion.sampler;

import java.util.Objects;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/**
 * Settings of DDIM run backwards, from clean latents to the noise that DDIM would make them from (Song et al. 2021,
 * section 4.3); the names are those of diffusers' DDIMInverseScheduler. Runs start at {@link Start#inverted}.
 *
 * @param timestepSpacing which timesteps are visited, LEADING or TRAILING
 * @param stepsOffset added to LEADING timesteps
 * @param setAlphaToOne whether the first step begins at ᾱ = 1 rather than at ᾱ₀
 * @param clipping of the predicted clean sample
 */
public record DdimInverseOptions(
        TimestepSpacing timestepSpacing, int stepsOffset, boolean setAlphaToOne, Clipping clipping)
        implements SamplerOptions {
    public DdimInverseOptions {
        Objects.requireNonNull(timestepSpacing, "timestepSpacing");
        Objects.requireNonNull(clipping, "clipping");
        if (timestepSpacing == TimestepSpacing.LINSPACE || stepsOffset < 0) {
            throw new IllegalArgumentException("expected LEADING or TRAILING and an offset of at least 0, got "
                    + timestepSpacing + " and " + stepsOffset);
        }
    }

    /** Back along {@link DdimOptions#defaults()}. */
    public static DdimInverseOptions defaults() {
        return new DdimInverseOptions(TimestepSpacing.TRAILING, 0, true, Clipping.NONE);
    }

    public DdimInverseOptions withSpacing(TimestepSpacing spacing, int offset) {
        return new DdimInverseOptions(spacing, offset, setAlphaToOne, clipping);
    }

    @Override
    public String className() {
        return "DDIMInverseScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new DdimInverseRun(this, process, request);
    }
}
