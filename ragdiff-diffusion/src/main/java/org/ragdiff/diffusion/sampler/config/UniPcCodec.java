package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.TreeSet;
import org.ragdiff.diffusion.sampler.LevelOptions;
import org.ragdiff.diffusion.sampler.UniPcOptions;

/** See {@link UniPcOptions}. */
final class UniPcCodec implements SchedulerCodec<UniPcOptions> {
    @Override
    public UniPcOptions read(ConfigReader in) {
        LevelOptions levels = LevelKeys.withFinal(in, LevelKeys.withRange(in, LevelKeys.read(in, "linspace")));
        Set<Integer> disabled = new TreeSet<>();
        in.numbers("disable_corrector").forEach(d -> disabled.add(d.intValue()));
        in.refuse("solver_p", "UniPC predicts with its own predictor");
        return new UniPcOptions(
                LevelKeys.withFlow(in, levels),
                in.whole("solver_order", 2),
                in.choice("solver_type", Names.BASIS, "bh2"),
                in.flag("predict_x0", true),
                in.flag("lower_order_final", true),
                disabled,
                ClippingKeys.thresholding(in));
    }

    @Override
    public void write(UniPcOptions o, ObjectNode out) {
        LevelKeys.write(o.levels(), out);
        LevelKeys.writeFinal(o.levels(), out);
        LevelKeys.writeRange(o.levels(), out);
        LevelKeys.writeFlow(o.levels().flow(), out);
        out.put("solver_order", o.solverOrder());
        out.put("solver_type", Names.of(Names.BASIS, o.basis()));
        out.put("predict_x0", o.predictX0());
        out.put("lower_order_final", o.lowerOrderFinal());
        ArrayNode disabled = out.putArray("disable_corrector");
        new TreeSet<>(o.disableCorrector()).forEach(disabled::add);
        ClippingKeys.writeThresholding(o.clipping(), out);
    }
}
