package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of the multistep DPM-Solver run backwards, from clean latents to noise; the names are those of diffusers'
 * DPMSolverMultistepInverseScheduler. Runs start at {@link Start#inverted}.
 *
 * @param solver a deterministic one, whose levels are visited from the smallest to the largest; no flow, and without
 *     an end at zero
 */
public record DpmSolverInverseOptions(DpmSolverOptions solver) implements SamplerOptions {
    public DpmSolverInverseOptions {
        Objects.requireNonNull(solver, "solver");
        LevelOptions levels = solver.levels();
        if (solver.algorithm().stochastic() || levels.flow().used()) {
            throw new IllegalArgumentException(
                    "only a deterministic solver on trained levels can be run backwards, got " + solver.algorithm()
                            + (levels.flow().used() ? " on flow levels" : ""));
        }
        if (levels.endAtZero() || levels.sigmaMin() != 0 || levels.sigmaMax() != 0) {
            throw new IllegalArgumentException(
                    "an inversion goes from the smallest trained level to the largest: use levels with endAtZero false "
                            + "and no range of their own");
        }
    }

    /** Back along {@link DpmSolverOptions#defaults()}. */
    public static DpmSolverInverseOptions defaults() {
        return new DpmSolverInverseOptions(
                DpmSolverOptions.defaults().withLevels(LevelOptions.defaults().withEndAtZero(false)));
    }

    @Override
    public String className() {
        return "DPMSolverMultistepInverseScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        request.requireWhole();
        return new DpmSolverRun(
                solver,
                process,
                request,
                SolverLevels.rising("dpm inversion", process, solver.levels(), request.steps()));
    }
}
