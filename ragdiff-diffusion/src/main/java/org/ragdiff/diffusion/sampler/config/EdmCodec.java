package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.Churn;
import org.ragdiff.diffusion.sampler.EdmOptions;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** See {@link EdmOptions}. */
final class EdmCodec implements SchedulerCodec<EdmOptions> {
    @Override
    public ScheduleConfig trainingDefaults() {
        return TrainingKeys.EDM;
    }

    @Override
    public EdmOptions read(ConfigReader in) {
        return new EdmOptions(
                in.number("sigma_min", 0.002),
                in.number("sigma_max", 80),
                in.number("sigma_data", 0.5),
                in.choice("sigma_schedule", Names.EDM_SCHEDULE, "karras"),
                in.number("rho", 7),
                in.choice("final_sigmas_type", Names.FINAL_SIGMA, "zero"),
                Churn.NONE);
    }

    @Override
    public void write(EdmOptions o, ObjectNode out) {
        out.put("sigma_min", o.sigmaMin());
        out.put("sigma_max", o.sigmaMax());
        out.put("sigma_data", o.sigmaData());
        out.put("sigma_schedule", Names.of(Names.EDM_SCHEDULE, o.sigmaSpacing()));
        out.put("rho", o.rho());
        out.put("final_sigmas_type", Names.of(Names.FINAL_SIGMA, o.endAtZero()));
    }
}
