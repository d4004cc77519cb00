package org.ragdiff.diffusion.schedule;

import org.ragdiff.core.Denoiser.PredictionType;

/**
 * What a denoiser was trained with; the names are those of diffusers' scheduler configurations.
 *
 * @param numTrainTimesteps T
 * @param betaStart first β of the linear kinds
 * @param betaEnd last β of the linear kinds
 * @param betaSchedule kind
 * @param rescaleBetasZeroSnr whether the last step is made pure noise
 * @param predictionType what the network predicts
 */
public record ScheduleConfig(
        int numTrainTimesteps,
        double betaStart,
        double betaEnd,
        BetaSchedule betaSchedule,
        boolean rescaleBetasZeroSnr,
        PredictionType predictionType) {
    public ScheduleConfig {
        if (numTrainTimesteps < 2 || numTrainTimesteps > 1_000_000) {
            throw new IllegalArgumentException("numTrainTimesteps must be in [2, 1000000], got " + numTrainTimesteps);
        }
        if (!(betaStart > 0 && betaStart <= betaEnd && betaEnd < 1)) {
            throw new IllegalArgumentException(
                    "expected 0 < betaStart <= betaEnd < 1, got " + betaStart + " and " + betaEnd);
        }
        java.util.Objects.requireNonNull(betaSchedule, "betaSchedule");
        java.util.Objects.requireNonNull(predictionType, "predictionType");
        if (rescaleBetasZeroSnr && predictionType == PredictionType.EPSILON) {
            throw new IllegalArgumentException(
                    "a schedule with zero terminal SNR needs a V or SAMPLE prediction: pure noise says nothing of x0");
        }
    }

    /** Cosine, v-prediction: the demo model's. */
    public static ScheduleConfig defaults() {
        return new ScheduleConfig(1000, 1e-4, 0.02, BetaSchedule.SQUAREDCOS_CAP_V2, false, PredictionType.V);
    }

    /** Kinds of schedules. */
    public enum BetaSchedule {
        LINEAR,
        SCALED_LINEAR,
        SQUAREDCOS_CAP_V2
    }
}
