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
        if (predictionType == PredictionType.FLOW && rescaleBetasZeroSnr) {
            throw new IllegalArgumentException("rescaleBetasZeroSnr is for models with betas, not for FLOW prediction");
        }
    }

    /** Cosine, v-prediction: the demo model's. */
    public static ScheduleConfig defaults() {
        return new ScheduleConfig(1000, 1e-4, 0.02, BetaSchedule.SQUAREDCOS_CAP_V2, false, PredictionType.V);
    }

    /**
     * Continuous noise levels: flow matching (Lipman et al. 2023) if the prediction is FLOW, else EDM (Karras et
     * al. 2022).
     */
    public static ScheduleConfig continuous(int numTrainTimesteps, PredictionType prediction) {
        return new ScheduleConfig(numTrainTimesteps, 1e-4, 0.02, BetaSchedule.NONE, false, prediction);
    }

    public ScheduleConfig withBetas(BetaSchedule schedule, double start, double end) {
        return new ScheduleConfig(numTrainTimesteps, start, end, schedule, rescaleBetasZeroSnr, predictionType);
    }

    public ScheduleConfig withPredictionType(PredictionType prediction) {
        return new ScheduleConfig(numTrainTimesteps, betaStart, betaEnd, betaSchedule, rescaleBetasZeroSnr, prediction);
    }

    public ScheduleConfig withRescaleBetasZeroSnr(boolean rescale) {
        return new ScheduleConfig(numTrainTimesteps, betaStart, betaEnd, betaSchedule, rescale, predictionType);
    }

    /** Kinds of schedules. */
    public enum BetaSchedule {
        LINEAR,
        SCALED_LINEAR,
        SQUAREDCOS_CAP_V2,
        SIGMOID,
        EXP,
        LAPLACE,
        /** No betas: a model of continuous noise levels. */
        NONE
    }
}
