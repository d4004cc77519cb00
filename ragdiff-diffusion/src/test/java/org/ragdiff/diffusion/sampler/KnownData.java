package org.ragdiff.diffusion.sampler;

import java.util.List;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.schedule.NoiseSchedule;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** The best denoiser for data that is one point, or normally distributed, in the form that a sampler asks for. */
final class KnownData implements NoisePredictor {
    private static final EdmOptions EDM = EdmOptions.defaults();

    private final String name;
    private final ScheduleConfig config;
    private final TrainedSigmas trained;
    private final float[] point;
    private final double mean;
    private final double deviation;

    private KnownData(String name, float[] point, double mean, double deviation) {
        this.name = name;
        this.point = point;
        this.mean = mean;
        this.deviation = deviation;
        config = name.startsWith("flow")
                ? ScheduleConfig.continuous(1000, PredictionType.FLOW)
                : name.startsWith("edm") || name.equals("consistency")
                        ? ScheduleConfig.continuous(1000, PredictionType.EPSILON)
                        : ScheduleConfig.defaults().withPredictionType(PredictionType.SAMPLE);
        trained = new TrainedSigmas(NoiseSchedule.of(ScheduleConfig.defaults()));
    }

    static KnownData point(String name, float[] point) {
        return new KnownData(name, point, 0, 0);
    }

    static KnownData normal(String name, double mean, double deviation) {
        return new KnownData(name, null, mean, deviation);
    }

    Sampler sampler() {
        return Samplers.named(name, config);
    }

    @Override
    public void predict(float[] x, double t, float[] out) {
        for (int i = 0; i < x.length; i++) {
            if (name.startsWith("flow")) {
                double sigma = t / 1000;
                out[i] = (float) ((x[i] - clean(i, x[i], 1 - sigma, sigma)) / sigma);
            } else if (name.startsWith("edm")) {
                double sigma = Math.exp(4 * t);
                double total = Math.sqrt(sigma * sigma + EDM.sigmaData() * EDM.sigmaData());
                double latent = x[i] * total;
                double skip = EDM.sigmaData() * EDM.sigmaData() / (total * total);
                out[i] = (float) ((clean(i, latent, 1, sigma) - skip * latent) / (sigma * EDM.sigmaData() / total));
            } else if (name.equals("consistency")) {
                double sigma = Math.exp(t / 250);
                double total = Math.sqrt(sigma * sigma + EDM.sigmaData() * EDM.sigmaData());
                double latent = x[i] * total;
                double above = sigma - EDM.sigmaMin();
                double skip = EDM.sigmaData() * EDM.sigmaData() / (above * above + EDM.sigmaData() * EDM.sigmaData());
                out[i] = (float) ((clean(i, latent, 1, sigma) - skip * latent) / (above * EDM.sigmaData() / total));
            } else {
                double sigma = trained.at(t);
                double alpha = 1 / Math.sqrt(sigma * sigma + 1);
                out[i] = (float) clean(i, x[i], alpha, sigma * alpha);
            }
        }
    }

    /** E[x₀ | x = α x₀ + σ ε]; for consistency models the end of the probability flow instead. */
    private double clean(int i, double x, double alpha, double sigma) {
        if (point != null) {
            return point[i];
        }
        double variance = alpha * alpha * deviation * deviation + sigma * sigma;
        double gain = List.of("lcm", "tcd", "consistency").contains(name)
                ? deviation / Math.sqrt(variance)
                : alpha * deviation * deviation / variance;
        return mean + gain * (x - alpha * mean);
    }
}
