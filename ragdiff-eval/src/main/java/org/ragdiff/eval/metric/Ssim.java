package org.ragdiff.eval.metric;

import org.ragdiff.core.RgbImage;

/**
 * Structural similarity (Wang et al., 2004): Gaussian window of 11 taps, σ 1.5, K₁ 0.01, K₂ 0.03,
 * population variances; the mean over the interior (5 px cut on each side) and over the channels R,
 * G, B, as scikit-image computes it with {@code gaussian_weights}. Stateless.
 */
public final class Ssim {
    private static final int RADIUS = 5;
    private static final double SIGMA = 1.5;
    private static final double[] TAPS = taps();

    private Ssim() {}

    /**
     * @throws IllegalArgumentException if the sizes differ or a side is below 11
     */
    public static double of(RgbImage a, RgbImage b) {
        ImagePair.requireEqualSizes(a, b, null);
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            sum += of(channel(a, c), channel(b, c), a.width(), a.height());
        }
        return sum / 3;
    }

    /**
     * @param a row-major values in [0, 1]
     * @param b likewise
     */
    public static double of(double[] a, double[] b, int width, int height) {
        if (width < TAPS.length || height < TAPS.length) {
            throw new IllegalArgumentException(
                    "SSIM needs sides of at least " + TAPS.length + ", got " + width + "x" + height);
        }
        if (a.length != (long) width * height || b.length != a.length) {
            throw new IllegalArgumentException(
                    "expected " + (long) width * height + " values, got " + a.length + " and " + b.length);
        }
        double[] ma = blur(a, width, height);
        double[] mb = blur(b, width, height);
        double[] aa = blur(product(a, a), width, height);
        double[] bb = blur(product(b, b), width, height);
        double[] ab = blur(product(a, b), width, height);
        double c1 = 0.01 * 0.01;
        double c2 = 0.03 * 0.03;
        double sum = 0;
        for (int i = 0; i < ma.length; i++) {
            double va = aa[i] - ma[i] * ma[i];
            double vb = bb[i] - mb[i] * mb[i];
            double cov = ab[i] - ma[i] * mb[i];
            sum += (2 * ma[i] * mb[i] + c1) * (2 * cov + c2) / ((ma[i] * ma[i] + mb[i] * mb[i] + c1) * (va + vb + c2));
        }
        return sum / ma.length;
    }

    private static double[] channel(RgbImage image, int c) {
        byte[] rgb = image.rgbUnsafe();
        double[] out = new double[rgb.length / 3];
        for (int i = 0; i < out.length; i++) {
            out[i] = (rgb[3 * i + c] & 0xff) / 255.0;
        }
        return out;
    }

    private static double[] product(double[] a, double[] b) {
        double[] out = new double[a.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = a[i] * b[i];
        }
        return out;
    }

    /** The interior only: [height - 10][width - 10]. */
    private static double[] blur(double[] v, int width, int height) {
        int w = width - 2 * RADIUS;
        int h = height - 2 * RADIUS;
        double[] rows = new double[height * w];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < w; x++) {
                double sum = 0;
                for (int t = 0; t < TAPS.length; t++) {
                    sum += TAPS[t] * v[y * width + x + t];
                }
                rows[y * w + x] = sum;
            }
        }
        double[] out = new double[h * w];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                double sum = 0;
                for (int t = 0; t < TAPS.length; t++) {
                    sum += TAPS[t] * rows[(y + t) * w + x];
                }
                out[y * w + x] = sum;
            }
        }
        return out;
    }

    private static double[] taps() {
        double[] taps = new double[2 * RADIUS + 1];
        double sum = 0;
        for (int i = 0; i < taps.length; i++) {
            double d = i - RADIUS;
            taps[i] = Math.exp(-d * d / (2 * SIGMA * SIGMA));
            sum += taps[i];
        }
        for (int i = 0; i < taps.length; i++) {
            taps[i] /= sum;
        }
        return taps;
    }
}
