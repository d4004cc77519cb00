package org.ragdiff.core.tensor;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * A linear map along one side of a feature map: resizing and mean pooling as PyTorch defines them
 * (torch.nn.functional.interpolate, avg_pool2d). Immutable.
 *
 * @param in length of the source
 * @param source for each output position, the source positions that it is the weighted sum of; not copied
 * @param weight of each of them; not copied
 */
public record AxisMap(int in, int[][] source, float[][] weight) {
    private static final double TORCH_BICUBIC = -0.75;
    private static final double ANTIALIASED_BICUBIC = -0.5;

    public AxisMap {
        if (in < 1 || source.length < 1 || weight.length != source.length) {
            throw new IllegalArgumentException(
                    "a side of " + in + " to one of " + source.length + ": both must have at least one cell");
        }
    }

    public int out() {
        return source.length;
    }

    /** The cell that an output cell begins in: mode {@code nearest}. */
    public static AxisMap nearest(int in, int out) {
        float scale = (float) in / out;
        return single(in, out, i -> i * scale);
    }

    /** The cell under an output cell's centre: mode {@code nearest-exact}. */
    public static AxisMap nearestExact(int in, int out) {
        float scale = (float) in / out;
        return single(in, out, i -> (float) (i + 0.5) * scale);
    }

    private static AxisMap single(int in, int out, DoubleUnaryOperator position) {
        int[][] source = new int[out][1];
        float[][] weight = new float[out][1];
        for (int i = 0; i < out; i++) {
            source[i][0] = Math.min((int) position.applyAsDouble(i), in - 1);
            weight[i][0] = 1;
        }
        return new AxisMap(in, source, weight);
    }

    /**
     * Two neighbours.
     *
     * @param alignCorners whether the first and last cells' centres stay in place, rather than their edges
     */
    public static AxisMap bilinear(int in, int out, boolean alignCorners) {
        int[][] source = new int[out][2];
        float[][] weight = new float[out][2];
        double scale = scale(in, out, alignCorners);
        for (int i = 0; i < out; i++) {
            double at = alignCorners ? i * scale : Math.max(0, (i + 0.5) * scale - 0.5);
            int first = Math.min((int) at, in - 1);
            source[i][0] = first;
            source[i][1] = Math.min(first + 1, in - 1);
            weight[i][1] = (float) (at - first);
            weight[i][0] = 1 - weight[i][1];
        }
        return new AxisMap(in, source, weight);
    }

    /** Four neighbours under Keys' cubic with a = -0.75; beyond the ends the last cell goes on. */
    public static AxisMap bicubic(int in, int out, boolean alignCorners) {
        int[][] source = new int[out][4];
        float[][] weight = new float[out][4];
        double scale = scale(in, out, alignCorners);
        for (int i = 0; i < out; i++) {
            double at = alignCorners ? i * scale : (i + 0.5) * scale - 0.5;
            int first = (int) Math.floor(at);
            for (int j = 0; j < 4; j++) {
                source[i][j] = Math.max(0, Math.min(in - 1, first - 1 + j));
                weight[i][j] = (float) cubic(at - (first - 1 + j), TORCH_BICUBIC);
            }
        }
        return new AxisMap(in, source, weight);
    }

    /**
     * With a kernel that widens when shrinking, as Pillow has it: {@code antialias=True}.
     *
     * @param cubic Keys' cubic with a = -0.5, otherwise the triangle
     */
    public static AxisMap antialiased(int in, int out, boolean cubic, boolean alignCorners) {
        int[][] source = new int[out][];
        float[][] weight = new float[out][];
        double scale = scale(in, out, alignCorners);
        double width = Math.max(1, scale);
        double support = (cubic ? 2 : 1) * width;
        for (int i = 0; i < out; i++) {
            double centre = scale * (i + 0.5);
            int from = Math.max(0, (int) (centre - support + 0.5));
            int to = Math.min(in, (int) (centre + support + 0.5));
            double[] w = new double[to - from];
            double sum = 0;
            for (int j = 0; j < w.length; j++) {
                double d = (from + j - centre + 0.5) / width;
                w[j] = cubic ? cubic(d, ANTIALIASED_BICUBIC) : Math.max(0, 1 - Math.abs(d));
                sum += w[j];
            }
            source[i] = new int[w.length];
            weight[i] = new float[w.length];
            for (int j = 0; j < w.length; j++) {
                source[i][j] = from + j;
                weight[i][j] = (float) (w[j] / sum);
            }
        }
        return new AxisMap(in, source, weight);
    }

    /** Means of the cells that an output cell touches: mode {@code area}, adaptive_avg_pool2d. */
    public static AxisMap area(int in, int out) {
        int[][] source = new int[out][];
        float[][] weight = new float[out][];
        for (int i = 0; i < out; i++) {
            int from = (int) ((long) i * in / out);
            int to = (int) (((i + 1L) * in + out - 1) / out);
            mean(source, weight, i, from, to, to - from);
        }
        return new AxisMap(in, source, weight);
    }

    /**
     * Means over windows, of which there are as many as fit whole into the padded source.
     *
     * @param padding cells of zeros at either end
     * @param countPadding whether those count in the mean
     */
    public static AxisMap averagePool(int in, int kernel, int stride, int padding, boolean countPadding) {
        if (kernel < 1 || stride < 1 || padding < 0 || padding > kernel / 2) {
            throw new IllegalArgumentException("mean pooling needs kernel and stride of at least 1 and padding of at"
                    + " most half the kernel, got " + kernel + ", " + stride + ", " + padding);
        }
        int out = Math.max(0, (in + 2 * padding - kernel) / stride + 1);
        int[][] source = new int[out][];
        float[][] weight = new float[out][];
        for (int i = 0; i < out; i++) {
            int from = Math.max(0, i * stride - padding);
            int to = Math.min(in, i * stride - padding + kernel);
            mean(source, weight, i, from, to, countPadding ? kernel : to - from);
        }
        return new AxisMap(in, source, weight);
    }

    /**
     * Half as many cells by the binomial filter 1, 3, 3, 1 (Zhang 2019, "Making Convolutional Networks Shift-Invariant
     * Again"), zeros beyond the ends.
     */
    public static AxisMap binomialHalf(int in) {
        float[] filter = {0.125f, 0.375f, 0.375f, 0.125f};
        return inside(in, in / 2, i -> 2 * i - 1, i -> filter);
    }

    /** Twice as many cells by the same filter, of which an output cell meets two taps. */
    public static AxisMap binomialDouble(int in) {
        float[] before = {0.25f, 0.75f};
        float[] after = {0.75f, 0.25f};
        return inside(in, 2 * in, i -> (i - 1) >> 1, i -> i % 2 == 0 ? before : after);
    }

    /** Weighted sums of neighbours from a first one on; those beyond the ends are zero. */
    private static AxisMap inside(int in, int out, IntUnaryOperator first, IntFunction<float[]> taps) {
        int[][] source = new int[out][];
        float[][] weight = new float[out][];
        for (int i = 0; i < out; i++) {
            float[] all = taps.apply(i);
            int from = first.applyAsInt(i);
            int begin = Math.max(0, from);
            int end = Math.min(in, from + all.length);
            source[i] = IntStream.range(begin, end).toArray();
            weight[i] = Arrays.copyOfRange(all, begin - from, end - from);
        }
        return new AxisMap(in, source, weight);
    }

    private static void mean(int[][] source, float[][] weight, int i, int from, int to, int count) {
        source[i] = new int[to - from];
        weight[i] = new float[to - from];
        for (int j = 0; j < to - from; j++) {
            source[i][j] = from + j;
            weight[i][j] = 1f / count;
        }
    }

    private static double scale(int in, int out, boolean alignCorners) {
        if (alignCorners) {
            return out > 1 ? (in - 1.0) / (out - 1) : 0;
        }
        return (double) in / out;
    }

    /** Keys' cubic convolution kernel (1981). */
    private static double cubic(double x, double a) {
        double d = Math.abs(x);
        if (d <= 1) {
            return ((a + 2) * d - (a + 3)) * d * d + 1;
        }
        return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
    }
}
