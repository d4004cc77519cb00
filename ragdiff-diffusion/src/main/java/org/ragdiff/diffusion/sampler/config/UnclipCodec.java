package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.ragdiff.diffusion.sampler.Clipping;
import org.ragdiff.diffusion.sampler.UnclipOptions;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.schedule.ScheduleConfig.BetaSchedule;

/** See {@link UnclipOptions}. */
final class UnclipCodec implements SchedulerCodec<UnclipOptions> {
    private static final ScheduleConfig TRAINING =
            TrainingKeys.DEFAULTS.withBetas(BetaSchedule.SQUAREDCOS_CAP_V2, 1e-4, 0.02);

    @Override
    public ScheduleConfig trainingDefaults() {
        return TRAINING;
    }

    @Override
    public UnclipOptions read(ConfigReader in) {
        in.refuse("variance_type", Set.of("learned_range"), "networks here predict no variance");
        boolean clips = in.flag("clip_sample", true);
        double range = in.number("clip_sample_range", 1);
        return new UnclipOptions(clips ? Clipping.to(range) : Clipping.NONE);
    }

    @Override
    public void write(UnclipOptions o, ObjectNode out) {
        LevelKeys.require(o.clipping().quantile() == 0, o.className(), "dynamic thresholding");
        out.put("variance_type", "fixed_small_log");
        out.put("clip_sample", o.clipping().range() > 0);
        if (o.clipping().range() > 0) {
            out.put("clip_sample_range", o.clipping().range());
        }
    }
}
