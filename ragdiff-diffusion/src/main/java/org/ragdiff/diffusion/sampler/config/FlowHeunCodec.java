package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.FlowHeunOptions;
import org.ragdiff.diffusion.sampler.FlowSigmas;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** See {@link FlowHeunOptions}. */
final class FlowHeunCodec implements SchedulerCodec<FlowHeunOptions> {
    @Override
    public ScheduleConfig trainingDefaults() {
        return TrainingKeys.FLOW;
    }

    @Override
    public FlowHeunOptions read(ConfigReader in) {
        return new FlowHeunOptions(FlowSigmas.shifted(in.number("shift", 1)));
    }

    @Override
    public void write(FlowHeunOptions o, ObjectNode out) {
        out.put("shift", o.shift().shift());
    }
}
