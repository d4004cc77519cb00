package org.ragdiff.diffusion.sampler;

import java.util.Objects;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/**
 * Settings of {@link DpmSolverSampler}; the names are those of diffusers' DPMSolverMultistepScheduler.
 *
 * @param solverOrder 1 to 3
 * @param stochastic whether it solves the SDE (sde-dpmsolver++) rather than the ODE; order 1 or 2
 * @param solverType of the second order
 * @param timestepSpacing which timesteps are visited, for STEPS
 * @param stepsOffset added to LEADING timesteps
 * @param sigmaSpacing which noise levels are visited
 * @param endAtZero whether the last step ends without noise rather than at the smallest trained level
 * @param lowerOrderFinal whether short runs (below 15 steps) end with lower orders
 * @param eulerAtFinal whether the last step is always of first order
 * @param clipping of the predicted clean sample
 */
public record DpmSolverOptions(
        int solverOrder,
        boolean stochastic,
        SolverType solverType,
        TimestepSpacing timestepSpacing,
        int stepsOffset,
        SigmaSpacing sigmaSpacing,
        boolean endAtZero,
        boolean lowerOrderFinal,
        boolean eulerAtFinal,
        Clipping clipping) {
    public DpmSolverOptions {
        Objects.requireNonNull(solverType, "solverType");
        Objects.requireNonNull(timestepSpacing, "timestepSpacing");
        Objects.requireNonNull(sigmaSpacing, "sigmaSpacing");
        Objects.requireNonNull(clipping, "clipping");
        if (solverOrder < 1 || solverOrder > (stochastic ? 2 : 3) || stepsOffset < 0) {
            throw new IllegalArgumentException("solverOrder must be 1 to 3, or 2 if stochastic, and stepsOffset at "
                    + "least 0, got " + solverOrder + " and " + stepsOffset);
        }
    }

    /** DPM-Solver++(2M) from pure noise (trailing). */
    public static DpmSolverOptions defaults() {
        return new DpmSolverOptions(
                2,
                false,
                SolverType.MIDPOINT,
                TimestepSpacing.TRAILING,
                0,
                SigmaSpacing.STEPS,
                true,
                true,
                false,
                Clipping.NONE);
    }

    public DpmSolverOptions withSolver(int order, boolean sde, SolverType type) {
        return new DpmSolverOptions(
                order,
                sde,
                type,
                timestepSpacing,
                stepsOffset,
                sigmaSpacing,
                endAtZero,
                lowerOrderFinal,
                eulerAtFinal,
                clipping);
    }

    public DpmSolverOptions withSpacing(TimestepSpacing spacing, int offset, SigmaSpacing sigmas) {
        return new DpmSolverOptions(
                solverOrder,
                stochastic,
                solverType,
                spacing,
                offset,
                sigmas,
                endAtZero,
                lowerOrderFinal,
                eulerAtFinal,
                clipping);
    }

    public DpmSolverOptions withFinal(boolean atZero, boolean lowerOrder, boolean euler) {
        return new DpmSolverOptions(
                solverOrder,
                stochastic,
                solverType,
                timestepSpacing,
                stepsOffset,
                sigmaSpacing,
                atZero,
                lowerOrder,
                euler,
                clipping);
    }

    public DpmSolverOptions withClipping(Clipping newClipping) {
        return new DpmSolverOptions(
                solverOrder,
                stochastic,
                solverType,
                timestepSpacing,
                stepsOffset,
                sigmaSpacing,
                endAtZero,
                lowerOrderFinal,
                eulerAtFinal,
                newClipping);
    }

    /** The two second-order formulas of the paper. */
    public enum SolverType {
        MIDPOINT,
        HEUN
    }

    /** Where the noise levels of a run lie. */
    public enum SigmaSpacing {
        /** At the timesteps of the {@link TimestepSpacing}. */
        STEPS,
        /** Karras et al. 2022, equation 5, ρ = 7. */
        KARRAS,
        /** Even in log σ. */
        EXPONENTIAL
    }
}
