package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.PndmOptions;

/** See {@link PndmOptions}. */
final class PndmCodec implements SchedulerCodec<PndmOptions> {
    @Override
    public PndmOptions read(ConfigReader in) {
        return new PndmOptions(
                in.choice("timestep_spacing", Names.SPACING, "leading"),
                in.whole("steps_offset", 0),
                in.flag("skip_prk_steps", false),
                in.flag("set_alpha_to_one", false));
    }

    @Override
    public void write(PndmOptions o, ObjectNode out) {
        LevelKeys.writeSteps(o.timestepSpacing(), o.stepsOffset(), out);
        out.put("skip_prk_steps", o.skipPrkSteps());
        out.put("set_alpha_to_one", o.setAlphaToOne());
    }
}
