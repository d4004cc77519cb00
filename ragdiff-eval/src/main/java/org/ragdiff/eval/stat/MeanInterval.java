package org.ragdiff.eval.stat;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A mean with its percentile-bootstrap confidence interval (Efron and Tibshirani, 1993).
 *
 * @param mean of the sample
 * @param low lower end
 * @param high upper end
 * @param level such as 0.95
 * @param n size of the sample
 */
public record MeanInterval(double mean, double low, double high, double level, int n) {
    /** Resamples that {@link #bootstrap(double[], long)} draws. */
    public static final int RESAMPLES = 2000;

    /** The 95 % interval. */
    public static MeanInterval bootstrap(double[] sample, long seed) {
        return bootstrap(sample, 0.95, RESAMPLES, seed);
    }

    /** The 95 % interval of the mean of a − b, resampling pairs. */
    public static MeanInterval ofDifference(double[] a, double[] b, long seed) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("pairs need equal lengths, got " + a.length + " and " + b.length);
        }
        double[] difference = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return bootstrap(difference, seed);
    }

    /**
     * @param sample at least one value; not modified
     * @param level in (0, 1)
     * @param resamples at least 1
     */
    public static MeanInterval bootstrap(double[] sample, double level, int resamples, long seed) {
        if (sample.length == 0) {
            throw new IllegalArgumentException("the sample is empty: there is no mean");
        }
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("level must be in (0, 1), got " + level);
        }
        if (resamples < 1) {
            throw new IllegalArgumentException("resamples must be at least 1, got " + resamples);
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = new double[resamples];
        for (int r = 0; r < resamples; r++) {
            double sum = 0;
            for (int i = 0; i < sample.length; i++) {
                sum += sample[random.nextInt(sample.length)];
            }
            means[r] = sum / sample.length;
        }
        Arrays.sort(means);
        return new MeanInterval(
                Arrays.stream(sample).sum() / sample.length,
                quantile(means, (1 - level) / 2),
                quantile(means, (1 + level) / 2),
                level,
                sample.length);
    }

    private static double quantile(double[] sorted, double p) {
        double at = p * (sorted.length - 1);
        int low = (int) at;
        int high = Math.min(low + 1, sorted.length - 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }
}
