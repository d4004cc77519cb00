package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.Clipping;
import org.ragdiff.diffusion.sampler.DdimInverseOptions;

/** See {@link DdimInverseOptions}. */
final class DdimInverseCodec implements SchedulerCodec<DdimInverseOptions> {
    @Override
    public DdimInverseOptions read(ConfigReader in) {
        boolean clips = in.flag("clip_sample", true);
        double range = in.number("clip_sample_range", 1);
        return new DdimInverseOptions(
                in.choice("timestep_spacing", Names.SPACING, "leading"),
                in.whole("steps_offset", 0),
                in.flag("set_alpha_to_one", true),
                clips ? Clipping.to(range) : Clipping.NONE);
    }

    @Override
    public void write(DdimInverseOptions o, ObjectNode out) {
        LevelKeys.require(o.clipping().quantile() == 0, o.className(), "dynamic thresholding");
        LevelKeys.writeSteps(o.timestepSpacing(), o.stepsOffset(), out);
        out.put("set_alpha_to_one", o.setAlphaToOne());
        out.put("clip_sample", o.clipping().range() > 0);
        if (o.clipping().range() > 0) {
            out.put("clip_sample_range", o.clipping().range());
        }
    }
}
