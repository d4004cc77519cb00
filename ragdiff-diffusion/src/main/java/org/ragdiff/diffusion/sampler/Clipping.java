package org.ragdiff.diffusion.sampler;

import java.util.Arrays;

/**
 * What is done to a predicted clean sample: nothing, a clamp to ±range, or dynamic thresholding (Saharia et
 * al. 2022): clamp to the quantile of its magnitudes, at least 1, and divide by it.
 *
 * @param range clamp, or 0 for none
 * @param quantile of dynamic thresholding in (0, 1], or 0 for none; takes precedence over range
 * @param maximum upper bound of the dynamic threshold; 1 makes it a clamp to ±1
 */
public record Clipping(double range, double quantile, double maximum) {
    /** For latents, which have no bounds. */
    public static final Clipping NONE = new Clipping(0, 0, 1);

    public Clipping {
        if (!(range >= 0 && quantile >= 0 && quantile <= 1 && maximum > 0)) {
            throw new IllegalArgumentException("range must be at least 0, quantile in [0, 1], maximum positive, got "
                    + range + ", " + quantile + ", " + maximum);
        }
    }

    public static Clipping to(double range) {
        return new Clipping(range, 0, 1);
    }

    public static Clipping dynamic(double quantile, double maximum) {
        return new Clipping(0, quantile, maximum);
    }

    boolean changes() {
        return range > 0 || quantile > 0;
    }

    /** Clips in place, each of the samples on its own. */
    void apply(double[] x, int samples) {
        if (quantile > 0) {
            int each = x.length / samples;
            for (int s = 0; s < samples; s++) {
                threshold(x, s * each, each);
            }
        } else if (range > 0) {
            for (int i = 0; i < x.length; i++) {
                x[i] = Math.max(-range, Math.min(range, x[i]));
            }
        }
    }

    private void threshold(double[] x, int from, int count) {
        double[] magnitudes = new double[count];
        for (int i = 0; i < count; i++) {
            magnitudes[i] = Math.abs(x[from + i]);
        }
        Arrays.sort(magnitudes);
        double at = quantile * (count - 1);
        int low = (int) at;
        int high = Math.min(low + 1, count - 1);
        double q = magnitudes[low] + (magnitudes[high] - magnitudes[low]) * (at - low);
        double s = Math.min(Math.max(q, 1), maximum);
        for (int i = from; i < from + count; i++) {
            x[i] = Math.max(-s, Math.min(s, x[i])) / s;
        }
    }
}
