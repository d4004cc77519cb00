package org.ragdiff.eval.stat;

import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Bootstrap confidence intervals of a statistic of independent units. Pairs are resampled by giving their
 * differences as the sample. Immutable, thread-safe.
 *
 * <p>{@link Method#BCA} is the bias-corrected and accelerated interval of Efron, "Better bootstrap confidence
 * intervals", JASA 82 (1987), with the acceleration from the jackknife (Efron and Tibshirani, An Introduction to
 * the Bootstrap, 1993, eq. 14.9 to 14.15). Where its correction is not defined (every resample on one side of the
 * estimate, or none differs) the percentile interval takes its place.
 *
 * @param method how the ends are found
 * @param level in (0, 1)
 * @param resamples at least 1
 * @param seed of the resampling
 */
public record Bootstrap(Method method, double level, int resamples, long seed) {
    private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

    /** How the ends of an interval are found from the resamples. */
    public enum Method {
        /** Quantiles of the resampled statistic. */
        PERCENTILE,
        /** Quantiles corrected for bias and for a spread that changes with the value. */
        BCA
    }

    public Bootstrap {
        Objects.requireNonNull(method, "method");
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("level must be in (0, 1), got " + level);
        }
        if (resamples < 1 || resamples > 10_000_000) {
            throw new IllegalArgumentException("resamples must be in [1, 10000000], got " + resamples);
        }
    }

    /** 95 %, BCa, 2000 resamples. */
    public static Bootstrap defaults(long seed) {
        return new Bootstrap(Method.BCA, 0.95, 2000, seed);
    }

    public Bootstrap withMethod(Method newMethod) {
        return new Bootstrap(newMethod, level, resamples, seed);
    }

    public Bootstrap withLevel(double newLevel) {
        return new Bootstrap(method, newLevel, resamples, seed);
    }

    public Bootstrap withResamples(int n) {
        return new Bootstrap(method, level, n, seed);
    }

    /** The interval of the mean. */
    public Interval ofMean(double[] sample) {
        return of(sample, Bootstrap::mean);
    }

    /**
     * @param sample at least one finite value; not modified
     * @param statistic of a sample of that size; must not keep or modify its argument
     */
    public Interval of(double[] sample, ToDoubleFunction<double[]> statistic) {
        int n = requireFinite(sample).length;
        double estimate = statistic.applyAsDouble(sample.clone());
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[resamples];
        double[] drawn = new double[n];
        for (int r = 0; r < resamples; r++) {
            for (int i = 0; i < n; i++) {
                drawn[i] = sample[random.nextInt(n)];
            }
            values[r] = statistic.applyAsDouble(drawn);
        }
        Arrays.sort(values);
        double low = (1 - level) / 2;
        double high = (1 + level) / 2;
        double bias = method == Method.BCA ? bias(values, estimate) : Double.NaN;
        if (!Double.isNaN(bias)) {
            double acceleration = acceleration(sample, statistic);
            low = corrected(low, bias, acceleration);
            high = corrected(high, bias, acceleration);
        }
        return new Interval(estimate, quantile(values, low), quantile(values, high), level, n);
    }

    /** z₀; ties count half. NaN if it is not defined. */
    private static double bias(double[] sorted, double estimate) {
        double below = 0;
        for (double v : sorted) {
            below += v < estimate ? 1 : v == estimate ? 0.5 : 0;
        }
        double share = below / sorted.length;
        boolean spread = sorted[0] < sorted[sorted.length - 1];
        return spread && share > 0 && share < 1 ? NORMAL.inverseCumulativeProbability(share) : Double.NaN;
    }

    /** â by the jackknife; 0 where no unit matters. */
    private static double acceleration(double[] sample, ToDoubleFunction<double[]> statistic) {
        int n = sample.length;
        double[] left = new double[n];
        double[] without = new double[n - 1];
        for (int i = 0; i < n; i++) {
            System.arraycopy(sample, 0, without, 0, i);
            System.arraycopy(sample, i + 1, without, i, n - 1 - i);
            left[i] = statistic.applyAsDouble(without);
        }
        double mean = mean(left);
        double squares = 0;
        double cubes = 0;
        for (double v : left) {
            double d = mean - v;
            squares += d * d;
            cubes += d * d * d;
        }
        return squares == 0 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
    }

    private static double corrected(double p, double bias, double acceleration) {
        double z = bias + NORMAL.inverseCumulativeProbability(p);
        return NORMAL.cumulativeProbability(bias + z / (1 - acceleration * z));
    }

    static double mean(double[] values) {
        double sum = 0;
        for (double v : values) {
            sum += v;
        }
        return sum / values.length;
    }

    /** Linear between order statistics (type 7 of Hyndman and Fan). */
    static double quantile(double[] sorted, double p) {
        double at = p * (sorted.length - 1);
        int low = (int) at;
        int high = Math.min(low + 1, sorted.length - 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }

    static double[] requireFinite(double[] sample) {
        if (sample.length == 0) {
            throw new IllegalArgumentException("the sample is empty, expected at least one value");
        }
        for (double v : sample) {
            if (!Double.isFinite(v)) {
                throw new IllegalArgumentException(
                        "the sample holds " + v + ", expected finite values: leave out what cannot be measured");
            }
        }
        return sample;
    }
}
