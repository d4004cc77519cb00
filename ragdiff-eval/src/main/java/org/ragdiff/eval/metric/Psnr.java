package org.ragdiff.eval.metric;

import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/** Peak signal-to-noise ratio of 8-bit sRGB values, over all channels, peak 255. Stateless. */
public final class Psnr {
    private Psnr() {}

    /** In dB; positive infinity for equal pictures. */
    public static double of(RgbImage a, RgbImage b) {
        return decibels(squaredError(a, b, null));
    }

    /**
     * In dB, over the pixels inside a silhouette only: white background does not count.
     *
     * @throws IllegalArgumentException if the silhouette is empty or of another size
     */
    public static double inside(RgbImage a, RgbImage b, Silhouette where) {
        return decibels(squaredError(a, b, where));
    }

    private static double decibels(double squaredError) {
        return 10 * Math.log10(255.0 * 255.0 / squaredError);
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
