package org.ragdiff.diffusion.vae;

import java.util.Arrays;

/**
 * The affine map, one for each channel, between a codec's raw latents and latents of zero mean and unit
 * variance (diffusers' {@code latents_mean} and {@code latents_std}). Immutable.
 */
public final class LatentScaling {
    private final float[] mean;
    private final float[] deviation;

    /**
     * @param mean of each channel, finite; copied
     * @param deviation of each channel, finite and positive; copied
     */
    public LatentScaling(float[] mean, float[] deviation) {
        if (mean.length == 0 || mean.length != deviation.length) {
            throw new IllegalArgumentException(
                    "latent scaling has " + mean.length + " means and " + deviation.length + " deviations");
        }
        for (int i = 0; i < mean.length; i++) {
            if (!Float.isFinite(mean[i]) || !Float.isFinite(deviation[i]) || deviation[i] <= 0) {
                throw new IllegalArgumentException("latent channel " + i + " has mean " + mean[i] + " and deviation "
                        + deviation[i] + ", expected finite values and a positive deviation");
            }
        }
        this.mean = mean.clone();
        this.deviation = deviation.clone();
    }

    /** Changes nothing. */
    public static LatentScaling identity(int channels) {
        float[] ones = new float[channels];
        Arrays.fill(ones, 1);
        return new LatentScaling(new float[channels], ones);
    }

    /** The scaling that normalises raw latents [.., channels], row-major. */
    public static LatentScaling measure(float[] raw, int channels) {
        double[] sum = new double[channels];
        double[] squares = new double[channels];
        for (int i = 0; i < raw.length; i++) {
            sum[i % channels] += raw[i];
            squares[i % channels] += (double) raw[i] * raw[i];
        }
        double n = raw.length / (double) channels;
        float[] mean = new float[channels];
        float[] deviation = new float[channels];
        for (int c = 0; c < channels; c++) {
            double m = sum[c] / n;
            mean[c] = (float) m;
            deviation[c] = (float) Math.max(1e-4, Math.sqrt(Math.max(0, squares[c] / n - m * m)));
        }
        return new LatentScaling(mean, deviation);
    }

    public int channels() {
        return mean.length;
    }

    /** A copy of the channels' means. */
    public float[] mean() {
        return mean.clone();
    }

    /** A copy of the channels' standard deviations. */
    public float[] deviation() {
        return deviation.clone();
    }

    /** Raw latents to normalised ones, in place. */
    public void normalise(float[] latents) {
        for (int i = 0; i < latents.length; i++) {
            int c = i % mean.length;
            latents[i] = (latents[i] - mean[c]) / deviation[c];
        }
    }

    /** Normalised latents to raw ones, in place. */
    public void restore(float[] latents) {
        for (int i = 0; i < latents.length; i++) {
            int c = i % mean.length;
            latents[i] = latents[i] * deviation[c] + mean[c];
        }
    }
}
