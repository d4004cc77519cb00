package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of the multistep DPM-Solver++ for networks with EDM's preconditioning; the names are those of diffusers'
 * EDMDPMSolverMultistepScheduler.
 *
 * @param edm which noise levels are visited; without churn
 * @param solver order, formulas and clipping, on clean latents; its own levels are not used
 */
public record EdmDpmOptions(EdmOptions edm, DpmSolverOptions solver) implements SamplerOptions {
    public EdmDpmOptions {
        Objects.requireNonNull(edm, "edm");
        Objects.requireNonNull(solver, "solver");
        if (edm.churn().amount() > 0) {
            throw new IllegalArgumentException("a multistep solver takes no churn; use sde-dpmsolver++ for noise");
        }
        if (solver.algorithm().onNoise()) {
            throw new IllegalArgumentException(
                    "expected DPMSOLVER_PLUS_PLUS or SDE_DPMSOLVER_PLUS_PLUS, got " + solver.algorithm());
        }
        solver = solver.withLevels(LevelOptions.defaults());
    }

    /** DPM-Solver++(2M) over the levels of Karras et al. 2022. */
    public static EdmDpmOptions defaults() {
        return new EdmDpmOptions(EdmOptions.defaults(), DpmSolverOptions.defaults());
    }

    public EdmDpmOptions withEdm(EdmOptions newEdm) {
        return new EdmDpmOptions(newEdm, solver);
    }

    public EdmDpmOptions withSolver(DpmSolverOptions newSolver) {
        return new EdmDpmOptions(edm, newSolver);
    }

    @Override
    public String className() {
        return "EDMDPMSolverMultistepScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new EdmDpmRun(this, process, request);
    }
}
