package org.ragdiff.eval.metric;

import java.util.Arrays;
import org.ragdiff.core.RgbImage;

/**
 * Complex wavelet structural similarity (Sampat, Wang, Gupta, Bovik and Markey, IEEE Transactions on Image Processing
 * 18, 2009), of the luma of BT.601 in 0..255: in windows of 7×7 coefficients c of each oriented band (2 |Σ cₐ c̄_b| + K) /
 * (Σ |cₐ|² + Σ |c_b|² + K), averaged under a Gaussian of a quarter of the band's height around its centre, then over the
 * orientations. As in the authors' program and pyiqa; their lookup tables differ from these filters by less than 1e-4
 * of the result. Small shifts and turns, which move SSIM, hardly move it, nor does brightness. In [0, 1], 1 for equal
 * pictures. Stateless, thread-safe.
 */
public final class CwSsim {
    private static final int WINDOW = 7;
    /** Bands weaker than this, as a share of the pictures' mean square, are rounding. */
    private static final double ROUNDING = 1e-24;

    private CwSsim() {}

    /** With the defaults. */
    public static double of(RgbImage a, RgbImage b) {
        return of(a, b, CwSsimOptions.defaults());
    }

    /** @throws IllegalArgumentException if the sizes differ or are too small for the level */
    public static double of(RgbImage a, RgbImage b, CwSsimOptions options) {
        return of(ImagePlanes.luma(a), ImagePlanes.luma(b), options);
    }

    /**
     * Of grey values in [0, 1].
     *
     * @throws IllegalArgumentException if the sizes differ, are too small for the level, or there is more than one
     *     channel
     */
    public static double of(ImagePlanes a, ImagePlanes b, CwSsimOptions options) {
        SampleRows.requireEqualSizes(a, b);
        if (a.channels() != 1) {
            throw new IllegalArgumentException("CW-SSIM is of one channel, got " + a.channels());
        }
        int least = WINDOW << options.level() - 1;
        if (a.width() < least || a.height() < least) {
            throw new IllegalArgumentException("CW-SSIM of level " + options.level() + " needs pictures of at least "
                    + least + "x" + least + ", got " + a.width() + "x" + a.height());
        }
        SteerableBands p = bands(a, options);
        SteerableBands q = bands(b, options);
        double floor = ROUNDING * (meanSquare(a) + meanSquare(b));
        double[] weights = weights(p.width() - WINDOW + 1, p.height() - WINDOW + 1, p.height() / 4.0);
        double sum = 0;
        for (int band = 0; band < options.orientations(); band++) {
            sum += similarity(p, q, band, weights, options.k() / (255 * 255), floor);
        }
        return sum / options.orientations();
    }

    private static SteerableBands bands(ImagePlanes p, CwSsimOptions o) {
        return new SteerableBands(p.planeUnsafe(0), p.width(), p.height(), o.level(), o.orientations());
    }

    private static double meanSquare(ImagePlanes p) {
        double[] v = p.planeUnsafe(0);
        return Arrays.stream(v).map(x -> x * x).sum() / v.length;
    }

    private static double similarity(
            SteerableBands p, SteerableBands q, int band, double[] weights, double k, double floor) {
        int w = p.width();
        int n = w * p.height();
        double[] re = new double[n];
        double[] im = new double[n];
        double[] power = new double[n];
        for (int i = 0; i < n; i++) {
            double a = p.re(band)[i];
            double b = p.im(band)[i];
            double c = q.re(band)[i];
            double d = q.im(band)[i];
            re[i] = a * c + b * d;
            im[i] = b * c - a * d;
            power[i] = a * a + b * b + c * c + d * d;
        }
        double[] meanRe = windowMeans(re, w, p.height());
        double[] meanIm = windowMeans(im, w, p.height());
        double[] meanPower = windowMeans(power, w, p.height());
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double below = meanPower[i] + k;
            // Where neither picture has any structure, they do not differ.
            double s = below <= floor ? 1 : (2 * Math.hypot(meanRe[i], meanIm[i]) + k) / below;
            sum += weights[i] * s;
        }
        return sum;
    }

    private static double[] windowMeans(double[] v, int width, int height) {
        double[] taps = new double[WINDOW];
        Arrays.fill(taps, 1.0 / WINDOW);
        int w = width - WINDOW + 1;
        int h = height - WINDOW + 1;
        double[][] rows = new double[WINDOW][w];
        double[] line = new double[width];
        double[] sum = new double[w];
        double[] out = new double[w * h];
        for (int y = 0; y < height; y++) {
            System.arraycopy(v, y * width, line, 0, width);
            WindowSums.along(line, taps, rows[y % WINDOW], w);
            int first = y - WINDOW + 1;
            if (first >= 0) {
                WindowSums.across(rows, first, taps, sum, w);
                System.arraycopy(sum, 0, out, first * w, w);
            }
        }
        return out;
    }

    /** A Gaussian around the middle; sums to 1. */
    private static double[] weights(int width, int height, double sigma) {
        double[] out = new double[width * height];
        double sum = 0;
        for (int i = 0; i < out.length; i++) {
            double x = i % width - (width - 1) / 2.0;
            double y = i / width - (height - 1) / 2.0;
            out[i] = Math.exp(-(x * x + y * y) / (2 * sigma * sigma));
            sum += out[i];
        }
        for (int i = 0; i < out.length; i++) {
            out[i] /= sum;
        }
        return out;
    }
}
