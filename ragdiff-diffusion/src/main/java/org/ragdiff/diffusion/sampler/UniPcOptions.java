package org.ragdiff.diffusion.sampler;

import java.util.Objects;
import java.util.Set;

/**
 * Settings of the predictor-corrector of Zhao et al. 2023; the names are those of diffusers'
 * UniPCMultistepScheduler.
 *
 * @param levels which noise levels are visited
 * @param solverOrder p of UniPC-p, 1 to 9; with the corrector the order is one more
 * @param basis B(h), diffusers' solver_type
 * @param predictX0 whether the clean latents are integrated rather than the noise
 * @param lowerOrderFinal whether a run ends with lower orders
 * @param disableCorrector steps after which the corrector is left out; copied
 * @param clipping of the predicted clean latents
 */
public record UniPcOptions(
        LevelOptions levels,
        int solverOrder,
        Basis basis,
        boolean predictX0,
        boolean lowerOrderFinal,
        Set<Integer> disableCorrector,
        Clipping clipping)
        implements LeveledOptions {
    public UniPcOptions {
        Objects.requireNonNull(levels, "levels");
        Objects.requireNonNull(basis, "basis");
        Objects.requireNonNull(clipping, "clipping");
        disableCorrector = Set.copyOf(disableCorrector);
        if (solverOrder < 1 || solverOrder > 9) {
            throw new IllegalArgumentException("solverOrder must be in [1, 9], got " + solverOrder);
        }
    }

    /** UniPC-2 with B₂ from pure noise (trailing). */
    public static UniPcOptions defaults() {
        return new UniPcOptions(LevelOptions.defaults(), 2, Basis.BH2, true, true, Set.of(), Clipping.NONE);
    }

    @Override
    public UniPcOptions withLevels(LevelOptions newLevels) {
        return new UniPcOptions(newLevels, solverOrder, basis, predictX0, lowerOrderFinal, disableCorrector, clipping);
    }

    public UniPcOptions withSolverOrder(int newSolverOrder) {
        return new UniPcOptions(levels, newSolverOrder, basis, predictX0, lowerOrderFinal, disableCorrector, clipping);
    }

    public UniPcOptions withBasis(Basis newBasis) {
        return new UniPcOptions(levels, solverOrder, newBasis, predictX0, lowerOrderFinal, disableCorrector, clipping);
    }

    public UniPcOptions withPredictX0(boolean newPredictX0) {
        return new UniPcOptions(levels, solverOrder, basis, newPredictX0, lowerOrderFinal, disableCorrector, clipping);
    }

    public UniPcOptions withLowerOrderFinal(boolean newLowerOrderFinal) {
        return new UniPcOptions(levels, solverOrder, basis, predictX0, newLowerOrderFinal, disableCorrector, clipping);
    }

    public UniPcOptions withDisableCorrector(Set<Integer> newDisableCorrector) {
        return new UniPcOptions(levels, solverOrder, basis, predictX0, lowerOrderFinal, newDisableCorrector, clipping);
    }

    public UniPcOptions withClipping(Clipping newClipping) {
        return new UniPcOptions(levels, solverOrder, basis, predictX0, lowerOrderFinal, disableCorrector, newClipping);
    }

    @Override
    public String className() {
        return "UniPCMultistepScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new UniPcRun(this, process, request);
    }

    /** B(h) of the paper's section 3.4. */
    public enum Basis {
        /** h. */
        BH1,
        /** eʰ − 1. */
        BH2
    }
}
