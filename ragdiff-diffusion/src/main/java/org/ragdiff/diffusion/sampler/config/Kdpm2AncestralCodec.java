package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.Kdpm2AncestralOptions;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** See {@link Kdpm2AncestralOptions}. */
final class Kdpm2AncestralCodec implements SchedulerCodec<Kdpm2AncestralOptions> {
    @Override
    public ScheduleConfig trainingDefaults() {
        return TrainingKeys.LATENT;
    }

    @Override
    public Kdpm2AncestralOptions read(ConfigReader in) {
        return Kdpm2AncestralOptions.defaults().withLevels(LevelKeys.read(in, "linspace"));
    }

    @Override
    public void write(Kdpm2AncestralOptions o, ObjectNode out) {
        LevelKeys.require(o.levels().endAtZero(), o.className(), "other end than zero");
        LevelKeys.write(o.levels(), out);
    }
}
