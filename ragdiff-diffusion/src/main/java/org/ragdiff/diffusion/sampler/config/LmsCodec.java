package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.LmsOptions;

/** See {@link LmsOptions}. */
final class LmsCodec implements SchedulerCodec<LmsOptions> {
    @Override
    public LmsOptions read(ConfigReader in) {
        return LmsOptions.defaults().withLevels(LevelKeys.read(in, "linspace"));
    }

    @Override
    public void write(LmsOptions o, ObjectNode out) {
        LevelKeys.require(o.levels().endAtZero(), o.className(), "other end than zero");
        LevelKeys.write(o.levels(), out);
    }
}
