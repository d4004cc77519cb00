package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of the multistep DPM-Solvers; the names are those of diffusers' DPMSolverMultistepScheduler.
 *
 * @param levels which noise levels are visited
 * @param solverOrder 1 to 3
 * @param algorithm what is integrated
 * @param solverType of the second order
 * @param lowerOrderFinal whether short runs (below 15 steps) end with lower orders
 * @param eulerAtFinal whether the last step is always of first order; it is if the run ends at zero
 * @param clipping of the predicted clean latents
 */
public record DpmSolverOptions(
        LevelOptions levels,
        int solverOrder,
        DpmAlgorithm algorithm,
        DpmSolverType solverType,
        boolean lowerOrderFinal,
        boolean eulerAtFinal,
        Clipping clipping)
        implements LeveledOptions {
    public DpmSolverOptions {
        Objects.requireNonNull(levels, "levels");
        Objects.requireNonNull(algorithm, "algorithm");
        Objects.requireNonNull(solverType, "solverType");
        Objects.requireNonNull(clipping, "clipping");
        int highest = algorithm == DpmAlgorithm.SDE_DPMSOLVER ? 2 : 3;
        if (solverOrder < 1 || solverOrder > highest) {
            throw new IllegalArgumentException(
                    "solverOrder must be in [1, " + highest + "] for " + algorithm + ", got " + solverOrder);
        }
        if (algorithm == DpmAlgorithm.SDE_DPMSOLVER && levels.endAtZero()) {
            throw new IllegalArgumentException(
                    "SDE_DPMSOLVER leaves noise at a last level of zero: use levels with endAtZero false");
        }
    }

    /** DPM-Solver++(2M) from pure noise (trailing). */
    public static DpmSolverOptions defaults() {
        return new DpmSolverOptions(
                LevelOptions.defaults(),
                2,
                DpmAlgorithm.DPMSOLVER_PLUS_PLUS,
                DpmSolverType.MIDPOINT,
                true,
                false,
                Clipping.NONE);
    }

    @Override
    public DpmSolverOptions withLevels(LevelOptions newLevels) {
        return new DpmSolverOptions(
                newLevels, solverOrder, algorithm, solverType, lowerOrderFinal, eulerAtFinal, clipping);
    }

    public DpmSolverOptions withSolverOrder(int newSolverOrder) {
        return new DpmSolverOptions(
                levels, newSolverOrder, algorithm, solverType, lowerOrderFinal, eulerAtFinal, clipping);
    }

    public DpmSolverOptions withAlgorithm(DpmAlgorithm newAlgorithm) {
        return new DpmSolverOptions(
                levels, solverOrder, newAlgorithm, solverType, lowerOrderFinal, eulerAtFinal, clipping);
    }

    public DpmSolverOptions withSolverType(DpmSolverType newSolverType) {
        return new DpmSolverOptions(
                levels, solverOrder, algorithm, newSolverType, lowerOrderFinal, eulerAtFinal, clipping);
    }

    public DpmSolverOptions withLowerOrderFinal(boolean newLowerOrderFinal) {
        return new DpmSolverOptions(
                levels, solverOrder, algorithm, solverType, newLowerOrderFinal, eulerAtFinal, clipping);
    }

    public DpmSolverOptions withEulerAtFinal(boolean newEulerAtFinal) {
        return new DpmSolverOptions(
                levels, solverOrder, algorithm, solverType, lowerOrderFinal, newEulerAtFinal, clipping);
    }

    public DpmSolverOptions withClipping(Clipping newClipping) {
        return new DpmSolverOptions(
                levels, solverOrder, algorithm, solverType, lowerOrderFinal, eulerAtFinal, newClipping);
    }

    @Override
    public String className() {
        return "DPMSolverMultistepScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new DpmSolverRun(this, process, request);
    }
}
