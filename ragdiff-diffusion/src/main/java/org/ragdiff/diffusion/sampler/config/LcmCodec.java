package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.LcmOptions;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** See {@link LcmOptions}. */
final class LcmCodec implements SchedulerCodec<LcmOptions> {
    @Override
    public ScheduleConfig trainingDefaults() {
        return TrainingKeys.DISTILLED;
    }

    @Override
    public LcmOptions read(ConfigReader in) {
        return new LcmOptions(
                in.whole("original_inference_steps", 50),
                in.number("timestep_scaling", 10),
                ClippingKeys.read(in, false));
    }

    @Override
    public void write(LcmOptions o, ObjectNode out) {
        out.put("original_inference_steps", o.originalSteps());
        out.put("timestep_scaling", o.timestepScaling());
        ClippingKeys.write(o.clipping(), out);
    }
}
