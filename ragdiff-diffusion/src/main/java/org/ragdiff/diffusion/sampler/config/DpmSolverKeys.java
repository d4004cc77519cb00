package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.DpmSolverOptions;

/** What the multistep DPM-Solvers have in common, but for their levels. */
final class DpmSolverKeys {
    private DpmSolverKeys() {}

    /** @param solver whose levels and algorithm are taken over */
    static DpmSolverOptions read(ConfigReader in, DpmSolverOptions solver) {
        return solver.withSolverOrder(in.whole("solver_order", 2))
                .withSolverType(in.choice("solver_type", Names.SOLVER_TYPE, "midpoint"))
                .withLowerOrderFinal(in.flag("lower_order_final", true))
                .withEulerAtFinal(in.flag("euler_at_final", false))
                .withClipping(ClippingKeys.thresholding(in));
    }

    static void write(DpmSolverOptions o, ObjectNode out) {
        out.put("solver_order", o.solverOrder());
        out.put("algorithm_type", Names.of(Names.ALGORITHM, o.algorithm()));
        out.put("solver_type", Names.of(Names.SOLVER_TYPE, o.solverType()));
        out.put("lower_order_final", o.lowerOrderFinal());
        out.put("euler_at_final", o.eulerAtFinal());
        ClippingKeys.writeThresholding(o.clipping(), out);
    }
}
