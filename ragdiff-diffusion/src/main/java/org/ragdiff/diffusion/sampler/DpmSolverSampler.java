package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.schedule.NoiseSchedule;

/**
 * DPM-Solver++ multistep (Lu et al. 2022, "DPM-Solver++", algorithm 2 and its third order), and its
 * stochastic form. Equal to diffusers' DPMSolverMultistepScheduler. Immutable.
 */
public final class DpmSolverSampler implements Sampler {
    private static final int SHORT_RUN = 15;

    private final NoiseSchedule schedule;
    private final PredictionType prediction;
    private final DpmSolverOptions options;

    public DpmSolverSampler(NoiseSchedule schedule, PredictionType prediction, DpmSolverOptions options) {
        this.schedule = schedule;
        this.prediction = prediction;
        this.options = options;
    }

    @Override
    public String name() {
        return (options.stochastic() ? "sde-dpmpp" : "dpmpp") + options.solverOrder() + "m";
    }

    /** The timesteps of a run, largest first. */
    public int[] timesteps(int steps) {
        return SigmaLevels.of(schedule, options, steps).timesteps();
    }

    /** The noise levels of a run and the one after it. */
    public double[] sigmas(int steps) {
        return SigmaLevels.of(schedule, options, steps).sigmas();
    }

    @Override
    public float[] sample(
            NoisePredictor model, float[] start, int samples, int steps, NoiseSource noise, StepListener listener) {
        SigmaLevels levels = SigmaLevels.of(schedule, options, steps);
        double[][] history = new double[3][];
        float[] x = start.clone();
        float[] predicted = new float[x.length];
        for (int i = 0; i < steps; i++) {
            int t = levels.timesteps()[i];
            model.predict(x, t, predicted);
            Conversion.requireFinite(predicted, x.length, t);
            double sigma = levels.sigmas()[i];
            double alpha = 1 / Math.sqrt(sigma * sigma + 1);
            double[] clean = Conversion.clean(prediction, x, predicted, alpha, sigma * alpha);
            options.clipping().apply(clean, samples);
            history[2] = history[1];
            history[1] = history[0];
            history[0] = clean;
            float[] fresh = options.stochastic() ? noise.next(x.length) : null;
            x = step(x, history, levels.sigmas(), i, order(i, steps), fresh);
            listener.onStep(i, steps, t, x);
        }
        return x;
    }

    /** Runs start with lower orders for want of history, and short ones end so for stability. */
    private int order(int i, int steps) {
        boolean last = i == steps - 1
                && (options.eulerAtFinal() || options.lowerOrderFinal() && steps < SHORT_RUN || options.endAtZero());
        boolean second = i == steps - 2 && options.lowerOrderFinal() && steps < SHORT_RUN;
        int order = Math.min(options.solverOrder(), i + 1);
        return last ? 1 : second ? Math.min(order, 2) : order;
    }

    private float[] step(float[] x, double[][] history, double[] sigmas, int i, int order, float[] fresh) {
        double alpha = 1 / Math.sqrt(sigmas[i + 1] * sigmas[i + 1] + 1);
        double sigmaNow = sigmas[i] / Math.sqrt(sigmas[i] * sigmas[i] + 1);
        double sigmaNext = sigmas[i + 1] * alpha;
        double h = lambda(sigmas[i + 1]) - lambda(sigmas[i]);
        double shrink = fresh == null ? 1 : Math.exp(-h);
        double gain = fresh == null ? -Math.expm1(-h) : -Math.expm1(-2 * h);
        double noiseScale = fresh == null ? 0 : sigmaNext * Math.sqrt(gain);
        double keep = sigmaNext / sigmaNow * shrink;
        double r0 = order > 1 ? (lambda(sigmas[i]) - lambda(sigmas[i - 1])) / h : 1;
        double r1 = order > 2 ? (lambda(sigmas[i - 1]) - lambda(sigmas[i - 2])) / h : 1;
        double second = alpha * secondWeight(h, gain, order, fresh != null);
        double third = order > 2 ? -alpha * ((-gain + h) / (h * h) - 0.5) : 0;
        float[] out = new float[x.length];
        for (int j = 0; j < x.length; j++) {
            double d1 = 0;
            double d2 = 0;
            if (order > 1) {
                double d10 = (history[0][j] - history[1][j]) / r0;
                d1 = d10;
                if (order > 2) {
                    double change = d10 - (history[1][j] - history[2][j]) / r1;
                    d1 += r0 / (r0 + r1) * change;
                    d2 = change / (r0 + r1);
                }
            }
            out[j] = (float) (keep * x[j]
                    + alpha * gain * history[0][j]
                    + second * d1
                    + third * d2
                    + (fresh == null ? 0 : noiseScale * fresh[j]));
        }
        return out;
    }

    private double secondWeight(double h, double gain, int order, boolean sde) {
        if (order == 1) {
            return 0;
        }
        if (order == 2 && options.solverType() == DpmSolverOptions.SolverType.MIDPOINT) {
            return 0.5 * gain;
        }
        return sde ? 1 - gain / (2 * h) : 1 - gain / h;
    }

    /** log(α / σ) for α² + σ² = 1 and σ/α given: infinite without noise. */
    private static double lambda(double sigma) {
        return -Math.log(sigma);
    }
}
