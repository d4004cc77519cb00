package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.EulerAncestralOptions;
import org.ragdiff.diffusion.sampler.LevelOptions;
import org.ragdiff.diffusion.sampler.SigmaSpacing;

/** See {@link EulerAncestralOptions}. */
final class EulerAncestralCodec implements SchedulerCodec<EulerAncestralOptions> {
    @Override
    public EulerAncestralOptions read(ConfigReader in) {
        return new EulerAncestralOptions(LevelOptions.defaults()
                .withTimestepSpacing(
                        in.choice("timestep_spacing", Names.SPACING, "linspace"), in.whole("steps_offset", 0)));
    }

    @Override
    public void write(EulerAncestralOptions o, ObjectNode out) {
        LevelKeys.require(
                o.levels().sigmaSpacing() == SigmaSpacing.STEPS && o.levels().endAtZero(),
                o.className(),
                "spacing of levels and no other end than zero");
        LevelKeys.write(o.levels(), out);
    }
}
