package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.Clipping;
import org.ragdiff.diffusion.sampler.HeunOptions;
import org.ragdiff.diffusion.sampler.LevelOptions;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** See {@link HeunOptions}. */
final class HeunCodec implements SchedulerCodec<HeunOptions> {
    @Override
    public ScheduleConfig trainingDefaults() {
        return TrainingKeys.LATENT;
    }

    @Override
    public HeunOptions read(ConfigReader in) {
        LevelOptions levels = LevelKeys.read(in, "linspace");
        boolean clips = in.flag("clip_sample", false);
        double range = in.number("clip_sample_range", 1);
        return new HeunOptions(levels, clips ? Clipping.to(range) : Clipping.NONE);
    }

    @Override
    public void write(HeunOptions o, ObjectNode out) {
        LevelKeys.require(
                o.levels().endAtZero() && o.clipping().quantile() == 0,
                o.className(),
                "dynamic thresholding and no other end than zero");
        LevelKeys.write(o.levels(), out);
        out.put("clip_sample", o.clipping().range() > 0);
        if (o.clipping().range() > 0) {
            out.put("clip_sample_range", o.clipping().range());
        }
    }
}
