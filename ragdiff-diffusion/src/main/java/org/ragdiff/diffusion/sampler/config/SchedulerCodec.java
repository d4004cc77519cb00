package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.SamplerOptions;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** Reads and writes the keys of one class of diffusers. */
interface SchedulerCodec<O extends SamplerOptions> {
    /** The class's defaults of betas and the like. */
    default ScheduleConfig trainingDefaults() {
        return TrainingKeys.DEFAULTS;
    }

    O read(ConfigReader in);

    /** @throws IllegalArgumentException if diffusers' class cannot express the settings */
    void write(O options, ObjectNode out);
}
