package org.ragdiff.eval.metric;

import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/**
 * Discrete Fourier transforms of planes of any size: lines of other lengths than powers of two as circular convolutions
 * with a chirp (Bluestein, "A linear filtering approach to the computation of discrete Fourier transform", 1970).
 * Stateless.
 */
final class Fourier {
    private Fourier() {}

    /** Transforms row-major [height, width] in place, without a factor. */
    static void forward(double[] re, double[] im, int width, int height) {
        both(re, im, width, height, TransformType.FORWARD);
    }

    /** Inverts {@link #forward} in place: divided by the number of values. */
    static void inverse(double[] re, double[] im, int width, int height) {
        both(re, im, width, height, TransformType.INVERSE);
        double n = (double) width * height;
        for (int i = 0; i < re.length; i++) {
            re[i] /= n;
            im[i] /= n;
        }
    }

    private static void both(double[] re, double[] im, int width, int height, TransformType type) {
        Line row = new Line(width, type);
        double[][] line = {new double[width], new double[width]};
        for (int y = 0; y < height; y++) {
            System.arraycopy(re, y * width, line[0], 0, width);
            System.arraycopy(im, y * width, line[1], 0, width);
            row.transform(line);
            System.arraycopy(line[0], 0, re, y * width, width);
            System.arraycopy(line[1], 0, im, y * width, width);
        }
        Line column = new Line(height, type);
        line = new double[][] {new double[height], new double[height]};
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                line[0][y] = re[y * width + x];
                line[1][y] = im[y * width + x];
            }
            column.transform(line);
            for (int y = 0; y < height; y++) {
                re[y * width + x] = line[0][y];
                im[y * width + x] = line[1][y];
            }
        }
    }

    /** Transforms of lines of one length, {re, im}, in place and without a factor. */
    private static final class Line {
        private final int n;
        private final TransformType type;
        /** exp(∓πi k²/n), or null for a power of two. */
        private double[][] chirp;
        /** The transform of the chirp's conjugate, wrapped around. */
        private double[][] filter;

        Line(int n, TransformType type) {
            this.n = n;
            this.type = type;
            if (Integer.bitCount(n) == 1) {
                return;
            }
            int padded = Integer.highestOneBit(2 * n - 1) << 1;
            chirp = new double[2][n];
            filter = new double[2][padded];
            int sign = type == TransformType.FORWARD ? -1 : 1;
            for (int k = 0; k < n; k++) {
                // k² mod 2n, exactly, so that large k lose no digits.
                double angle = Math.PI * ((long) k * k % (2L * n)) / n;
                chirp[0][k] = Math.cos(angle);
                chirp[1][k] = sign * Math.sin(angle);
                for (int at : new int[] {k, (padded - k) % padded}) {
                    filter[0][at] = chirp[0][k];
                    filter[1][at] = -chirp[1][k];
                }
            }
            powerOfTwo(filter, TransformType.FORWARD);
        }

        void transform(double[][] line) {
            if (chirp == null) {
                powerOfTwo(line, type);
                return;
            }
            int padded = filter[0].length;
            double[][] v = new double[2][padded];
            for (int k = 0; k < n; k++) {
                v[0][k] = line[0][k] * chirp[0][k] - line[1][k] * chirp[1][k];
                v[1][k] = line[0][k] * chirp[1][k] + line[1][k] * chirp[0][k];
            }
            powerOfTwo(v, TransformType.FORWARD);
            for (int k = 0; k < padded; k++) {
                double re = v[0][k] * filter[0][k] - v[1][k] * filter[1][k];
                v[1][k] = v[0][k] * filter[1][k] + v[1][k] * filter[0][k];
                v[0][k] = re;
            }
            powerOfTwo(v, TransformType.INVERSE);
            for (int k = 0; k < n; k++) {
                line[0][k] = (v[0][k] * chirp[0][k] - v[1][k] * chirp[1][k]) / padded;
                line[1][k] = (v[0][k] * chirp[1][k] + v[1][k] * chirp[0][k]) / padded;
            }
        }

        /** Without a factor in either direction. */
        private static void powerOfTwo(double[][] line, TransformType type) {
            FastFourierTransformer.transformInPlace(line, DftNormalization.STANDARD, type);
            if (type == TransformType.INVERSE) {
                for (int k = 0; k < line[0].length; k++) {
                    line[0][k] *= line[0].length;
                    line[1][k] *= line[0].length;
                }
            }
        }
    }
}
