package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of Heun's method for flow matching; the names are those of diffusers' FlowMatchHeunDiscreteScheduler.
 *
 * @param shift of the levels towards noise; a fixed one
 */
public record FlowHeunOptions(FlowSigmas shift) implements SamplerOptions {
    public FlowHeunOptions {
        Objects.requireNonNull(shift, "shift");
        if (!shift.used() || shift.timeShift() != FlowSigmas.TimeShift.NONE || shift.terminal() > 0) {
            throw new IllegalArgumentException("expected a fixed shift, such as FlowSigmas.shifted(1), got " + shift);
        }
    }

    public static FlowHeunOptions defaults() {
        return new FlowHeunOptions(FlowSigmas.shifted(1));
    }

    @Override
    public String className() {
        return "FlowMatchHeunDiscreteScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new FlowHeunRun(this, process, request);
    }
}
