package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.DdimOptions;

/** See {@link DdimOptions}. */
final class DdimCodec implements SchedulerCodec<DdimOptions> {
    @Override
    public DdimOptions read(ConfigReader in) {
        return new DdimOptions(
                in.choice("timestep_spacing", Names.SPACING, "leading"),
                in.whole("steps_offset", 0),
                in.flag("set_alpha_to_one", true),
                0,
                ClippingKeys.read(in, true),
                false);
    }

    @Override
    public void write(DdimOptions o, ObjectNode out) {
        LevelKeys.writeSteps(o.timestepSpacing(), o.stepsOffset(), out);
        out.put("set_alpha_to_one", o.setAlphaToOne());
        ClippingKeys.write(o.clipping(), out);
    }
}
