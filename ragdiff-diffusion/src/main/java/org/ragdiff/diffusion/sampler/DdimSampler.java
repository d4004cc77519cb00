package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.schedule.NoiseSchedule;

/**
 * DDIM (Song, Meng and Ermon 2021, equation 12), with DDPM at eta = 1. Equal to diffusers' DDIMScheduler.
 * Immutable.
 */
public final class DdimSampler implements Sampler {
    private final NoiseSchedule schedule;
    private final PredictionType prediction;
    private final DdimOptions options;

    public DdimSampler(NoiseSchedule schedule, PredictionType prediction, DdimOptions options) {
        this.schedule = schedule;
        this.prediction = prediction;
        this.options = options;
    }

    @Override
    public String name() {
        return "ddim";
    }

    /** The timesteps of a run, largest first. */
    public int[] timesteps(int steps) {
        return options.timestepSpacing().timesteps(schedule.steps(), steps, options.stepsOffset());
    }

    @Override
    public float[] sample(
            NoisePredictor model, float[] start, int samples, int steps, NoiseSource noise, StepListener listener) {
        int[] timesteps = timesteps(steps);
        int stride = schedule.steps() / steps;
        float[] x = start.clone();
        float[] predicted = new float[x.length];
        for (int i = 0; i < steps; i++) {
            int t = timesteps[i];
            model.predict(x, t, predicted);
            Conversion.requireFinite(predicted, x.length, t);
            x = step(x, predicted, samples, t, t - stride, noise);
            listener.onStep(i, steps, t, x);
        }
        return x;
    }

    private float[] step(float[] x, float[] predicted, int samples, int t, int previous, NoiseSource noise) {
        double alphaBar = schedule.alphaCumprod(t);
        double end = options.setAlphaToOne() ? 1 : schedule.alphaCumprod(0);
        double alphaBarPrevious = previous >= 0 ? schedule.alphaCumprod(previous) : end;
        double alpha = Math.sqrt(alphaBar);
        double sigma = Math.sqrt(1 - alphaBar);
        double[] clean = Conversion.clean(prediction, x, predicted, alpha, sigma);
        double[] eps = Conversion.noise(prediction, x, predicted, alpha, sigma);
        options.clipping().apply(clean, samples);
        if (options.useClippedModelOutput() && options.clipping().changes()) {
            for (int i = 0; i < eps.length; i++) {
                eps[i] = (x[i] - alpha * clean[i]) / sigma;
            }
        }
        double variance = (1 - alphaBarPrevious) / (1 - alphaBar) * (1 - alphaBar / alphaBarPrevious);
        double deviation = options.eta() * Math.sqrt(Math.max(0, variance));
        double direction = Math.sqrt(Math.max(0, 1 - alphaBarPrevious - deviation * deviation));
        double scale = Math.sqrt(alphaBarPrevious);
        float[] fresh = options.eta() > 0 ? noise.next(x.length) : null;
        float[] out = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = (float) (scale * clean[i] + direction * eps[i] + (fresh == null ? 0 : deviation * fresh[i]));
        }
        return out;
    }
}
