package org.ragdiff.diffusion.sampler;

import java.util.Objects;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/**
 * Settings of the implicit sampler of Song et al. 2021; the names are those of diffusers' DDIMScheduler.
 *
 * @param timestepSpacing which timesteps are visited
 * @param stepsOffset added to LEADING timesteps
 * @param setAlphaToOne whether the last step ends at ᾱ = 1 rather than at ᾱ₀
 * @param eta 0 for deterministic, 1 for DDPM's variance
 * @param clipping of the predicted clean sample
 * @param useClippedModelOutput whether the noise is derived again from a clipped sample
 */
public record DdimOptions(
        TimestepSpacing timestepSpacing,
        int stepsOffset,
        boolean setAlphaToOne,
        double eta,
        Clipping clipping,
        boolean useClippedModelOutput)
        implements SamplerOptions {
    public DdimOptions {
        Objects.requireNonNull(timestepSpacing, "timestepSpacing");
        Objects.requireNonNull(clipping, "clipping");
        if (stepsOffset < 0 || !(eta >= 0 && eta <= 1)) {
            throw new IllegalArgumentException(
                    "stepsOffset must be at least 0 and eta in [0, 1], got " + stepsOffset + " and " + eta);
        }
    }

    /** Deterministic, from pure noise (trailing). */
    public static DdimOptions defaults() {
        return new DdimOptions(TimestepSpacing.TRAILING, 0, true, 0, Clipping.NONE, false);
    }

    public DdimOptions withEta(double newEta) {
        return new DdimOptions(timestepSpacing, stepsOffset, setAlphaToOne, newEta, clipping, useClippedModelOutput);
    }

    public DdimOptions withSpacing(TimestepSpacing spacing, int offset) {
        return new DdimOptions(spacing, offset, setAlphaToOne, eta, clipping, useClippedModelOutput);
    }

    public DdimOptions withSetAlphaToOne(boolean one) {
        return new DdimOptions(timestepSpacing, stepsOffset, one, eta, clipping, useClippedModelOutput);
    }

    public DdimOptions withClipping(Clipping newClipping, boolean deriveNoiseAgain) {
        return new DdimOptions(timestepSpacing, stepsOffset, setAlphaToOne, eta, newClipping, deriveNoiseAgain);
    }

    @Override
    public String className() {
        return "DDIMScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new DdimRun(this, process, request);
    }
}
