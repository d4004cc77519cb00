package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.Churn;
import org.ragdiff.diffusion.sampler.EulerOptions;
import org.ragdiff.diffusion.sampler.LevelOptions;

/** See {@link EulerOptions}. */
final class EulerCodec implements SchedulerCodec<EulerOptions> {
    @Override
    public EulerOptions read(ConfigReader in) {
        LevelOptions levels = LevelKeys.withFinal(in, LevelKeys.withRange(in, LevelKeys.read(in, "linspace")));
        return new EulerOptions(
                levels,
                in.choice("interpolation_type", Names.LOG_LINEAR, "linear"),
                in.choice("timestep_type", Names.CONTINUOUS, "discrete"),
                Churn.NONE);
    }

    @Override
    public void write(EulerOptions o, ObjectNode out) {
        LevelKeys.write(o.levels(), out);
        LevelKeys.writeFinal(o.levels(), out);
        LevelKeys.writeRange(o.levels(), out);
        out.put("interpolation_type", Names.of(Names.LOG_LINEAR, o.logLinear()));
        out.put("timestep_type", Names.of(Names.CONTINUOUS, o.continuousTimesteps()));
    }
}
