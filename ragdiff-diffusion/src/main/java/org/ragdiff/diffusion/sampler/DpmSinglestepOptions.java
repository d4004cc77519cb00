package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of the singlestep DPM-Solvers; the names are those of diffusers' DPMSolverSinglestepScheduler.
 *
 * @param levels which noise levels are visited
 * @param solverOrder 1 to 3: calls of the denoiser that a full step is made of
 * @param algorithm what is integrated
 * @param solverType of the second and third order
 * @param lowerOrderFinal whether a run ends with lower orders; it does if it ends at zero or its calls do not
 *     divide into full steps
 * @param clipping of the predicted clean latents
 */
public record DpmSinglestepOptions(
        LevelOptions levels,
        int solverOrder,
        DpmAlgorithm algorithm,
        DpmSolverType solverType,
        boolean lowerOrderFinal,
        Clipping clipping)
        implements LeveledOptions {
    public DpmSinglestepOptions {
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

    /** DPM-Solver++(2S) from pure noise (trailing). */
    public static DpmSinglestepOptions defaults() {
        return new DpmSinglestepOptions(
                LevelOptions.defaults(),
                2,
                DpmAlgorithm.DPMSOLVER_PLUS_PLUS,
                DpmSolverType.MIDPOINT,
                true,
                Clipping.NONE);
    }

    @Override
    public DpmSinglestepOptions withLevels(LevelOptions newLevels) {
        return new DpmSinglestepOptions(newLevels, solverOrder, algorithm, solverType, lowerOrderFinal, clipping);
    }

    public DpmSinglestepOptions withSolverOrder(int newSolverOrder) {
        return new DpmSinglestepOptions(levels, newSolverOrder, algorithm, solverType, lowerOrderFinal, clipping);
    }

    public DpmSinglestepOptions withAlgorithm(DpmAlgorithm newAlgorithm) {
        return new DpmSinglestepOptions(levels, solverOrder, newAlgorithm, solverType, lowerOrderFinal, clipping);
    }

    public DpmSinglestepOptions withSolverType(DpmSolverType newSolverType) {
        return new DpmSinglestepOptions(levels, solverOrder, algorithm, newSolverType, lowerOrderFinal, clipping);
    }

    public DpmSinglestepOptions withLowerOrderFinal(boolean newLowerOrderFinal) {
        return new DpmSinglestepOptions(levels, solverOrder, algorithm, solverType, newLowerOrderFinal, clipping);
    }

    public DpmSinglestepOptions withClipping(Clipping newClipping) {
        return new DpmSinglestepOptions(levels, solverOrder, algorithm, solverType, lowerOrderFinal, newClipping);
    }

    @Override
    public String className() {
        return "DPMSolverSinglestepScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new DpmSinglestepRun(this, process, request);
    }
}
