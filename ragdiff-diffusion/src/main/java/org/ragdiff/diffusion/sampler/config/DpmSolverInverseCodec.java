package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.sampler.DpmSolverInverseOptions;
import org.ragdiff.diffusion.sampler.DpmSolverOptions;
import org.ragdiff.diffusion.sampler.LevelOptions;

/** See {@link DpmSolverInverseOptions}. */
final class DpmSolverInverseCodec implements SchedulerCodec<DpmSolverInverseOptions> {
    @Override
    public DpmSolverInverseOptions read(ConfigReader in) {
        in.refuse("variance_type", java.util.Set.of("learned", "learned_range"), "networks here predict no variance");
        LevelOptions levels = LevelKeys.withFlow(in, LevelKeys.read(in, "linspace"))
                .withEndAtZero(false)
                .withLambdaMin(in.number("lambda_min_clipped", Double.NEGATIVE_INFINITY));
        return new DpmSolverInverseOptions(DpmSolverKeys.read(
                in,
                DpmSolverOptions.defaults()
                        .withLevels(levels)
                        .withAlgorithm(in.choice("algorithm_type", Names.ALGORITHM, "dpmsolver++"))));
    }

    @Override
    public void write(DpmSolverInverseOptions o, ObjectNode out) {
        LevelOptions levels = o.solver().levels();
        LevelKeys.write(levels, out);
        if (levels.lambdaMin() != Double.NEGATIVE_INFINITY) {
            out.put("lambda_min_clipped", levels.lambdaMin());
        }
        DpmSolverKeys.write(o.solver(), out);
    }
}
