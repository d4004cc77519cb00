package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.DpmSolverOptions;
import org.ragdiff.diffusion.sampler.EdmDpmOptions;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** See {@link EdmDpmOptions}. */
final class EdmDpmCodec implements SchedulerCodec<EdmDpmOptions> {
    private static final EdmCodec EDM = new EdmCodec();

    @Override
    public ScheduleConfig trainingDefaults() {
        return TrainingKeys.EDM;
    }

    @Override
    public EdmDpmOptions read(ConfigReader in) {
        DpmSolverOptions solver =
                DpmSolverOptions.defaults().withAlgorithm(in.choice("algorithm_type", Names.ALGORITHM, "dpmsolver++"));
        return new EdmDpmOptions(EDM.read(in), DpmSolverKeys.read(in, solver));
    }

    @Override
    public void write(EdmDpmOptions o, ObjectNode out) {
        EDM.write(o.edm(), out);
        DpmSolverKeys.write(o.solver(), out);
    }
}
