package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.DeisOptions;
import org.ragdiff.diffusion.sampler.LevelOptions;

/** See {@link DeisOptions}. */
final class DeisCodec implements SchedulerCodec<DeisOptions> {
    @Override
    public DeisOptions read(ConfigReader in) {
        LevelOptions levels =
                LevelKeys.withFlow(in, LevelKeys.read(in, "linspace")).withEndAtZero(false);
        in.choice("algorithm_type", Names.DEIS_ALGORITHM, "deis");
        in.choice("solver_type", Names.DEIS_TYPE, "logrho");
        return new DeisOptions(
                levels, in.whole("solver_order", 2), in.flag("lower_order_final", true), ClippingKeys.thresholding(in));
    }

    @Override
    public void write(DeisOptions o, ObjectNode out) {
        LevelKeys.require(!o.levels().endAtZero(), o.className(), "end at zero: use levels with endAtZero false");
        LevelKeys.write(o.levels(), out);
        LevelKeys.writeFlow(o.levels().flow(), out);
        out.put("solver_order", o.solverOrder());
        out.put("algorithm_type", "deis");
        out.put("solver_type", "logrho");
        out.put("lower_order_final", o.lowerOrderFinal());
        ClippingKeys.writeThresholding(o.clipping(), out);
    }
}
