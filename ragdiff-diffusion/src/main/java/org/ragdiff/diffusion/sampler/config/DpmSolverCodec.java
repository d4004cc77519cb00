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
        return DpmSolverKeys.read(
                in,
                DpmSolverOptions.defaults()
                        .withLevels(levels.withLambdaMin(in.number("lambda_min_clipped", Double.NEGATIVE_INFINITY)))
                        .withAlgorithm(in.choice("algorithm_type", Names.ALGORITHM, "dpmsolver++")));
    }

    @Override
    public void write(DpmSolverOptions o, ObjectNode out) {
        LevelKeys.write(o.levels(), out);
        LevelKeys.writeFinal(o.levels(), out);
        LevelKeys.writeFlow(o.levels().flow(), out);
        if (o.levels().lambdaMin() != Double.NEGATIVE_INFINITY) {
            out.put("lambda_min_clipped", o.levels().lambdaMin());
        }
        DpmSolverKeys.write(o, out);
    }
}
