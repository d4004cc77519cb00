package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of Euler's method for flow matching; the names are those of diffusers' FlowMatchEulerDiscreteScheduler.
 *
 * @param shift of the levels towards noise, and whether it depends on the resolution
 * @param sigmaSpacing STEPS for even levels, KARRAS, EXPONENTIAL or BETA
 * @param invert whether levels count from 0 up to 1
 * @param stochastic whether each step goes to the clean latents and back up with fresh noise
 */
public record FlowMatchOptions(FlowSigmas shift, SigmaSpacing sigmaSpacing, boolean invert, boolean stochastic)
        implements SamplerOptions {
    public FlowMatchOptions {
        Objects.requireNonNull(shift, "shift");
        Objects.requireNonNull(sigmaSpacing, "sigmaSpacing");
        if (!shift.used()) {
            throw new IllegalArgumentException("a flow sampler needs flow sigmas, such as FlowSigmas.shifted(1)");
        }
        if (sigmaSpacing == SigmaSpacing.LU) {
            throw new IllegalArgumentException("a flow has no log-SNR levels: STEPS, KARRAS, EXPONENTIAL or BETA");
        }
    }

    public static FlowMatchOptions defaults() {
        return new FlowMatchOptions(FlowSigmas.shifted(1), SigmaSpacing.STEPS, false, false);
    }

    public FlowMatchOptions withShift(FlowSigmas newShift) {
        return new FlowMatchOptions(newShift, sigmaSpacing, invert, stochastic);
    }

    public FlowMatchOptions withSigmaSpacing(SigmaSpacing spacing) {
        return new FlowMatchOptions(shift, spacing, invert, stochastic);
    }

    public FlowMatchOptions withStochastic(boolean newStochastic) {
        return new FlowMatchOptions(shift, sigmaSpacing, invert, newStochastic);
    }

    @Override
    public String className() {
        return "FlowMatchEulerDiscreteScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return FlowMatchRun.of(this, process, request);
    }
}
