package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.schedule.ScheduleConfig.BetaSchedule;

/** What a model was trained with. */
final class TrainingKeys {
    /** Of most classes. */
    static final ScheduleConfig DEFAULTS =
            new ScheduleConfig(1000, 1e-4, 0.02, BetaSchedule.LINEAR, false, PredictionType.EPSILON);
    /** Of those that were made for latent diffusion. */
    static final ScheduleConfig LATENT = DEFAULTS.withBetas(BetaSchedule.LINEAR, 0.00085, 0.012);
    /** Of the distilled. */
    static final ScheduleConfig DISTILLED = DEFAULTS.withBetas(BetaSchedule.SCALED_LINEAR, 0.00085, 0.012);
    /** Flow matching. */
    static final ScheduleConfig FLOW = ScheduleConfig.continuous(1000, PredictionType.FLOW);
    /** EDM. */
    static final ScheduleConfig EDM = ScheduleConfig.continuous(1000, PredictionType.EPSILON);

    private TrainingKeys() {}

    static ScheduleConfig read(ConfigReader in, ScheduleConfig defaults) {
        int steps = in.whole("num_train_timesteps", defaults.numTrainTimesteps());
        PredictionType prediction =
                defaults == FLOW ? PredictionType.FLOW : in.choice("prediction_type", Names.PREDICTION, "epsilon");
        if (defaults.betaSchedule() == BetaSchedule.NONE) {
            return ScheduleConfig.continuous(steps, prediction);
        }
        return new ScheduleConfig(
                steps,
                in.number("beta_start", defaults.betaStart()),
                in.number("beta_end", defaults.betaEnd()),
                in.choice("beta_schedule", Names.BETAS, Names.of(Names.BETAS, defaults.betaSchedule())),
                in.flag("rescale_betas_zero_snr", false),
                prediction);
    }

    static void write(ScheduleConfig c, List<Double> trainedBetas, ObjectNode out) {
        out.put("num_train_timesteps", c.numTrainTimesteps());
        if (c.betaSchedule() != BetaSchedule.NONE) {
            out.put("beta_start", c.betaStart());
            out.put("beta_end", c.betaEnd());
            out.put("beta_schedule", Names.of(Names.BETAS, c.betaSchedule()));
            if (c.rescaleBetasZeroSnr()) {
                out.put("rescale_betas_zero_snr", true);
            }
            if (!trainedBetas.isEmpty()) {
                ArrayNode betas = out.putArray("trained_betas");
                trainedBetas.forEach(betas::add);
            }
        }
        if (c.betaSchedule() != BetaSchedule.NONE || c.predictionType() != PredictionType.FLOW) {
            out.put("prediction_type", Names.of(Names.PREDICTION, c.predictionType()));
        }
    }
}
