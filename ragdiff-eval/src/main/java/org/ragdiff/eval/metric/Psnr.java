package org.ragdiff.eval.metric;

import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/**
 * Peak signal-to-noise ratio, 10 log₁₀(L² / mean squared error), over all channels; of pictures it is that of 8-bit
 * sRGB values with L = 255. Positive infinity for equal pictures, as scikit-image and torchmetrics have it; piq adds
 * 1e-8 to the error, which caps it at 80 dB. Stateless.
 */
public final class Psnr {
    private static final double PEAK = 255;
    private static final double PIQ_EPSILON = 1e-8;

    private Psnr() {}

    /** In dB; positive infinity for equal pictures. */
    public static double of(RgbImage a, RgbImage b) {
        return ofError(squaredError(a, b, null), PEAK);
    }

    /**
     * In dB.
     *
     * @param range L, 1 for values in [0, 1]
     */
    public static double of(ImagePlanes a, ImagePlanes b, double range) {
        return ofError(PixelErrors.meanSquared(a, b), range);
    }

    /** In dB, with piq's 1e-8 added to the mean squared error of values that are divided by their range. */
    public static double capped(ImagePlanes a, ImagePlanes b, double range) {
        return ofError(PixelErrors.meanSquared(a, b) / (range * range) + PIQ_EPSILON, 1);
    }

    /**
     * In dB, of a mean squared error: that of a whole set, too, which is not the mean of its pictures' ratios.
     *
     * @param meanSquaredError at least 0
     * @param range L, above 0
     */
    public static double ofError(double meanSquaredError, double range) {
        if (!(meanSquaredError >= 0 && range > 0 && Double.isFinite(range))) {
            throw new IllegalArgumentException(
                    "PSNR needs an error of at least 0 and a range above 0, got " + meanSquaredError + " and " + range);
        }
        return 10 * Math.log10(range * range / meanSquaredError);
    }

    /**
     * In dB, over the pixels inside a silhouette only: white background does not count.
     *
     * @throws IllegalArgumentException if the silhouette is empty or of another size
     */
    public static double inside(RgbImage a, RgbImage b, Silhouette where) {
        return ofError(squaredError(a, b, where), PEAK);
    }

    private static double squaredError(RgbImage a, RgbImage b, Silhouette where) {
        ImagePair.requireEqualSizes(a, b, where);
        boolean[] inside = where == null ? null : where.toArray();
        byte[] p = a.rgbUnsafe();
        byte[] q = b.rgbUnsafe();
        double sum = 0;
        long count = 0;
        for (int i = 0; i < p.length; i++) {
            if (inside == null || inside[i / 3]) {
                int d = (p[i] & 0xff) - (q[i] & 0xff);
                sum += d * d;
                count++;
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException("the silhouette is empty: nothing to compare");
        }
        return sum / count;
    }
}
