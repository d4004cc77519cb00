package org.ragdiff.data.photo;

import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.ragdiff.data.opencv.MatImages;

/**
 * Colour histograms of a mask's two sides. GrabCut's five Gaussians can keep a patch of background
 * that the prior gave to the garment (between trouser legs, under a sleeve); against the histograms of
 * both sides such a patch stands out. Stateless.
 */
final class ColourModels {
    private static final int BITS = 4;
    private static final int SIDE = 1 << BITS;

    private ColourModels() {}

    /** The pixels of a matrix, lightly smoothed, as {@link #backgroundRatio} wants them. */
    static byte[] smoothed(Mat rgb) {
        try (Mat smooth = new Mat();
                Size size = new Size(3, 3)) {
            opencv_imgproc.GaussianBlur(rgb, smooth, size, 0);
            return MatImages.toImage(smooth).rgbUnsafe();
        }
    }

    /**
     * How much more common each pixel's colour is outside the mask than inside it.
     *
     * @param rgb three bytes a pixel
     * @param mask 1 inside, 0 outside; other values belong to neither
     * @return P(colour | outside) / P(colour | inside), for each pixel
     */
    static float[] backgroundRatio(byte[] rgb, byte[] mask) {
        float[][] histogram = new float[2][SIDE * SIDE * SIDE];
        long[] count = new long[2];
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] == 0 || mask[i] == 1) {
                histogram[mask[i]][bin(rgb, i)]++;
                count[mask[i]]++;
            }
        }
        for (int k = 0; k < 2; k++) {
            for (int stride = 1; stride <= SIDE * SIDE; stride *= SIDE) {
                histogram[k] = blur(histogram[k], stride);
            }
        }
        float[] ratio = new float[mask.length];
        for (int i = 0; i < mask.length; i++) {
            int b = bin(rgb, i);
            // A quarter of a pixel in each bin keeps unseen colours undecided.
            float outside = (histogram[0][b] + 0.25f) / (count[0] + 1);
            float inside = (histogram[1][b] + 0.25f) / (count[1] + 1);
            ratio[i] = outside / inside;
        }
        return ratio;
    }

    private static int bin(byte[] rgb, int pixel) {
        int shift = 8 - BITS;
        int r = (rgb[3 * pixel] & 0xff) >> shift;
        int g = (rgb[3 * pixel + 1] & 0xff) >> shift;
        int b = (rgb[3 * pixel + 2] & 0xff) >> shift;
        return (r * SIDE + g) * SIDE + b;
    }

    /** One pass of the kernel (1, 2, 1) / 4 along one axis. */
    private static float[] blur(float[] h, int stride) {
        float[] out = new float[h.length];
        for (int i = 0; i < h.length; i++) {
            int at = i / stride % SIDE;
            float before = at > 0 ? h[i - stride] : h[i];
            float after = at < SIDE - 1 ? h[i + stride] : h[i];
            out[i] = 0.25f * before + 0.5f * h[i] + 0.25f * after;
        }
        return out;
    }
}
