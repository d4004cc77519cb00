package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.ragdiff.diffusion.sampler.DpmSolverOptions;
import org.ragdiff.diffusion.sampler.LevelOptions;

/** See {@link DpmSolverOptions}. */
final class DpmSolverCodec implements SchedulerCodec<DpmSolverOptions> {
    @Override
    public DpmSolverOptions read(ConfigReader in) {
        in.refuse("variance_type", Set.of("learned", "learned_range"), "networks here predict no variance");
        LevelOptions levels = LevelKeys.withFlow(in, LevelKeys.withFinal(in, LevelKeys.read(in, "linspace")));
        return new DpmSolverOptions(
                levels.withLambdaMin(in.number("lambda_min_clipped", Double.NEGATIVE_INFINITY)),
                in.whole("solver_order", 2),
                in.choice("algorithm_type", Names.ALGORITHM, "dpmsolver++"),
                in.choice("solver_type", Names.SOLVER_TYPE, "midpoint"),
                in.flag("lower_order_final", true),
                in.flag("euler_at_final", false),
                ClippingKeys.thresholding(in));
    }

    @Override
    public void write(DpmSolverOptions o, ObjectNode out) {
        LevelKeys.write(o.levels(), out);
        LevelKeys.writeFinal(o.levels(), out);
        LevelKeys.writeFlow(o.levels().flow(), out);
        if (o.levels().lambdaMin() != Double.NEGATIVE_INFINITY) {
            out.put("lambda_min_clipped", o.levels().lambdaMin());
        }
        out.put("solver_order", o.solverOrder());
        out.put("algorithm_type", Names.of(Names.ALGORITHM, o.algorithm()));
        out.put("solver_type", Names.of(Names.SOLVER_TYPE, o.solverType()));
        out.put("lower_order_final", o.lowerOrderFinal());
        out.put("euler_at_final", o.eulerAtFinal());
        ClippingKeys.writeThresholding(o.clipping(), out);
    }
}
