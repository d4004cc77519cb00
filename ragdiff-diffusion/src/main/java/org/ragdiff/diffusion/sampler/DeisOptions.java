package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of the exponential integrator of Zhang and Chen 2023; the names are those of diffusers'
 * DEISMultistepScheduler, whose runs end at the smallest trained level.
 *
 * @param levels which noise levels are visited
 * @param solverOrder 1 to 3
 * @param lowerOrderFinal whether short runs (below 15 steps) end with lower orders
 * @param clipping of the predicted clean latents
 */
public record DeisOptions(LevelOptions levels, int solverOrder, boolean lowerOrderFinal, Clipping clipping)
        implements LeveledOptions {
    public DeisOptions {
        Objects.requireNonNull(levels, "levels");
        Objects.requireNonNull(clipping, "clipping");
        if (solverOrder < 1 || solverOrder > 3) {
            throw new IllegalArgumentException("solverOrder must be in [1, 3], got " + solverOrder);
        }
    }

    /** tAB-DEIS of second order from pure noise (trailing). */
    public static DeisOptions defaults() {
        return new DeisOptions(LevelOptions.defaults(), 2, true, Clipping.NONE);
    }

    @Override
    public DeisOptions withLevels(LevelOptions newLevels) {
        return new DeisOptions(newLevels, solverOrder, lowerOrderFinal, clipping);
    }

    public DeisOptions withSolverOrder(int newSolverOrder) {
        return new DeisOptions(levels, newSolverOrder, lowerOrderFinal, clipping);
    }

    public DeisOptions withLowerOrderFinal(boolean newLowerOrderFinal) {
        return new DeisOptions(levels, solverOrder, newLowerOrderFinal, clipping);
    }

    public DeisOptions withClipping(Clipping newClipping) {
        return new DeisOptions(levels, solverOrder, lowerOrderFinal, newClipping);
    }

    @Override
    public String className() {
        return "DEISMultistepScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new DeisRun(this, process, request);
    }
}
