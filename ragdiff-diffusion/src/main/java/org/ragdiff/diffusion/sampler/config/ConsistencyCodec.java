package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.sampler.Clipping;
import org.ragdiff.diffusion.sampler.ConsistencyOptions;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** See {@link ConsistencyOptions}. */
final class ConsistencyCodec implements SchedulerCodec<ConsistencyOptions> {
    private static final ScheduleConfig TRAINING = ScheduleConfig.continuous(40, PredictionType.EPSILON);

    @Override
    public ScheduleConfig trainingDefaults() {
        return TRAINING;
    }

    @Override
    public ConsistencyOptions read(ConfigReader in) {
        return new ConsistencyOptions(
                in.number("sigma_min", 0.002),
                in.number("sigma_max", 80),
                in.number("sigma_data", 0.5),
                in.number("rho", 7),
                in.number("s_noise", 1),
                in.flag("clip_denoised", true) ? Clipping.to(1) : Clipping.NONE);
    }

    @Override
    public void write(ConsistencyOptions o, ObjectNode out) {
        boolean clips = o.clipping().equals(Clipping.to(1));
        LevelKeys.require(clips || o.clipping().equals(Clipping.NONE), o.className(), "clipping but to 1");
        out.put("sigma_min", o.sigmaMin());
        out.put("sigma_max", o.sigmaMax());
        out.put("sigma_data", o.sigmaData());
        out.put("rho", o.rho());
        out.put("s_noise", o.noise());
        out.put("clip_denoised", clips);
    }
}
