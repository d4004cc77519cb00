package org.ragdiff.diffusion.sampler;

import java.util.Objects;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/**
 * Settings of the pseudo numerical methods of Liu et al. 2022; the names are those of diffusers' PNDMScheduler.
 *
 * @param timestepSpacing which timesteps are visited
 * @param stepsOffset added to LEADING timesteps
 * @param skipPrkSteps whether the history is built up by lower orders (PLMS) instead of Runge-Kutta steps
 * @param setAlphaToOne whether the last step ends at ᾱ = 1 rather than at ᾱ₀
 */
public record PndmOptions(TimestepSpacing timestepSpacing, int stepsOffset, boolean skipPrkSteps, boolean setAlphaToOne)
        implements SamplerOptions {
    public PndmOptions {
        Objects.requireNonNull(timestepSpacing, "timestepSpacing");
        if (stepsOffset < 0) {
            throw new IllegalArgumentException("stepsOffset must be at least 0, got " + stepsOffset);
        }
    }

    /** PLMS as Stable Diffusion runs it, but from pure noise (trailing) to none. */
    public static PndmOptions defaults() {
        return new PndmOptions(TimestepSpacing.TRAILING, 0, true, true);
    }

    public PndmOptions withSpacing(TimestepSpacing spacing, int offset) {
        return new PndmOptions(spacing, offset, skipPrkSteps, setAlphaToOne);
    }

    public PndmOptions withSkipPrkSteps(boolean skip) {
        return new PndmOptions(timestepSpacing, stepsOffset, skip, setAlphaToOne);
    }

    public PndmOptions withSetAlphaToOne(boolean one) {
        return new PndmOptions(timestepSpacing, stepsOffset, skipPrkSteps, one);
    }

    @Override
    public String className() {
        return "PNDMScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return PndmRun.of(this, process, request);
    }
}
