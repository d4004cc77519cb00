package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.ragdiff.diffusion.sampler.DpmSinglestepOptions;
import org.ragdiff.diffusion.sampler.LevelOptions;
import org.ragdiff.diffusion.sampler.SigmaSpacing;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/** See {@link DpmSinglestepOptions}. */
final class DpmSinglestepCodec implements SchedulerCodec<DpmSinglestepOptions> {
    @Override
    public DpmSinglestepOptions read(ConfigReader in) {
        in.refuse("variance_type", Set.of("learned", "learned_range"), "networks here predict no variance");
        LevelOptions levels = LevelOptions.defaults()
                .withTimestepSpacing(TimestepSpacing.LINSPACE, 0)
                .withSigmaSpacing(LevelKeys.spacing(in))
                .withLambdaMin(in.number("lambda_min_clipped", Double.NEGATIVE_INFINITY));
        return new DpmSinglestepOptions(
                LevelKeys.withFlow(in, LevelKeys.withFinal(in, levels)),
                in.whole("solver_order", 2),
                in.choice("algorithm_type", Names.ALGORITHM, "dpmsolver++"),
                in.choice("solver_type", Names.SOLVER_TYPE, "midpoint"),
                in.flag("lower_order_final", false),
                ClippingKeys.thresholding(in));
    }

    @Override
    public void write(DpmSinglestepOptions o, ObjectNode out) {
        LevelKeys.require(
                o.levels().timestepSpacing() == TimestepSpacing.LINSPACE
                        || o.levels().sigmaSpacing() != SigmaSpacing.STEPS,
                o.className(),
                "timestep spacing but linspace");
        LevelKeys.writeSpacing(o.levels().sigmaSpacing(), out);
        LevelKeys.writeFinal(o.levels(), out);
        LevelKeys.writeFlow(o.levels().flow(), out);
        if (o.levels().lambdaMin() != Double.NEGATIVE_INFINITY) {
            out.put("lambda_min_clipped", o.levels().lambdaMin());
        }
        out.put("solver_order", o.solverOrder());
        out.put("algorithm_type", Names.of(Names.ALGORITHM, o.algorithm()));
        out.put("solver_type", Names.of(Names.SOLVER_TYPE, o.solverType()));
        out.put("lower_order_final", o.lowerOrderFinal());
        ClippingKeys.writeThresholding(o.clipping(), out);
    }
}
