package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.TcdOptions;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** See {@link TcdOptions}. */
final class TcdCodec implements SchedulerCodec<TcdOptions> {
    @Override
    public ScheduleConfig trainingDefaults() {
        return TrainingKeys.DISTILLED;
    }

    @Override
    public TcdOptions read(ConfigReader in) {
        return TcdOptions.defaults().withOriginalSteps(in.whole("original_inference_steps", 50));
    }

    @Override
    public void write(TcdOptions o, ObjectNode out) {
        out.put("original_inference_steps", o.originalSteps());
    }
}
