package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.DdpmOptions;

/** See {@link DdpmOptions}. */
final class DdpmCodec implements SchedulerCodec<DdpmOptions> {
    @Override
    public DdpmOptions read(ConfigReader in) {
        return new DdpmOptions(
                in.choice("timestep_spacing", Names.SPACING, "leading"),
                in.whole("steps_offset", 0),
                in.choice("variance_type", Names.VARIANCE, "fixed_small"),
                ClippingKeys.read(in, true));
    }

    @Override
    public void write(DdpmOptions o, ObjectNode out) {
        LevelKeys.writeSteps(o.timestepSpacing(), o.stepsOffset(), out);
        out.put("variance_type", Names.of(Names.VARIANCE, o.variance()));
        ClippingKeys.write(o.clipping(), out);
    }
}
