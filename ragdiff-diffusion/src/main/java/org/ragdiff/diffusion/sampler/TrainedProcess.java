package org.ragdiff.diffusion.sampler;

import java.util.Objects;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.schedule.NoiseSchedule;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.schedule.ScheduleConfig.BetaSchedule;

/**
 * What a denoiser was trained with. Immutable.
 *
 * @param config named settings
 * @param schedule its table, or null for continuous noise levels
 */
public record TrainedProcess(ScheduleConfig config, NoiseSchedule schedule) {
    public TrainedProcess {
        Objects.requireNonNull(config, "config");
        if (schedule == null && config.betaSchedule() != BetaSchedule.NONE) {
            throw new IllegalArgumentException("a process with betas needs their schedule");
        }
        if (schedule != null && schedule.steps() != config.numTrainTimesteps()) {
            throw new IllegalArgumentException("a schedule of " + schedule.steps() + " steps for a configuration of "
                    + config.numTrainTimesteps());
        }
    }

    public static TrainedProcess of(ScheduleConfig config) {
        return new TrainedProcess(config, config.betaSchedule() == BetaSchedule.NONE ? null : NoiseSchedule.of(config));
    }

    /**
     * How latents as the denoiser sees them, and its prediction, make clean latents.
     *
     * @param timestep may be fractional
     * @throws IllegalArgumentException for EDM's preconditioning, whose networks see neither
     */
    public Linear cleanAt(double timestep) {
        if (prediction() == PredictionType.FLOW) {
            double sigma = timestep / trainSteps();
            return Conversion.clean(PredictionType.FLOW, 1 - sigma, sigma);
        }
        double sigma = requireSchedule("an estimate of clean latents").noiseLevel(timestep);
        double alpha = 1 / Math.sqrt(sigma * sigma + 1);
        return Conversion.clean(prediction(), alpha, sigma * alpha);
    }

    PredictionType prediction() {
        return config.predictionType();
    }

    /** T. */
    int trainSteps() {
        return config.numTrainTimesteps();
    }

    /** The schedule, for a sampler that cannot do without. */
    NoiseSchedule requireSchedule(String sampler) {
        if (schedule == null) {
            throw new IllegalArgumentException(sampler + " is for models trained on betas; this one was trained on "
                    + "continuous noise levels: use flow-euler (FLOW prediction) or edm-euler");
        }
        return schedule;
    }

    /** Refuses what a variance-preserving sampler cannot use. */
    NoiseSchedule requirePreserving(String sampler) {
        if (prediction() == PredictionType.FLOW) {
            throw new IllegalArgumentException(sampler + " is for EPSILON, V and SAMPLE predictions, not FLOW; "
                    + "use flow-euler, or a dpmpp, unipc or deis sampler with flow sigmas");
        }
        return requireSchedule(sampler);
    }
}
