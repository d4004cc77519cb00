package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.Kdpm2Options;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** See {@link Kdpm2Options}. */
final class Kdpm2Codec implements SchedulerCodec<Kdpm2Options> {
    @Override
    public ScheduleConfig trainingDefaults() {
        return TrainingKeys.LATENT;
    }

    @Override
    public Kdpm2Options read(ConfigReader in) {
        return Kdpm2Options.defaults().withLevels(LevelKeys.read(in, "linspace"));
    }

    @Override
    public void write(Kdpm2Options o, ObjectNode out) {
        LevelKeys.require(o.levels().endAtZero(), o.className(), "other end than zero");
        LevelKeys.write(o.levels(), out);
    }
}
