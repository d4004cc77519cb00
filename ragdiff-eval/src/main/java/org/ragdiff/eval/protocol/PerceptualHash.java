package org.ragdiff.eval.protocol;

import java.util.Arrays;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.image.SourceBox;

/**
 * Two perceptual hashes of a picture, of 64 bits each, equal to those of the Python package ImageHash ({@code phash}
 * and {@code dhash}; Krawetz, "Looks Like It", 2011, and "Kind of Like That", 2013): near copies differ in few bits.
 * Immutable.
 *
 * @param dct which of the 8×8 lowest frequencies of the 32×32 luma exceed their median
 * @param gradient which cells of the 9×8 luma are brighter than their left neighbour
 */
public record PerceptualHash(long dct, long gradient) {
    private static final int SIDE = 8;
    private static final int FINE = 32;
    /** [frequency][position], as SciPy's unnormalized DCT-II. */
    private static final double[][] COSINES = cosines();

    /**
     * @param image any size; not modified
     */
    public static PerceptualHash of(RgbImage image) {
        byte[] luma = luma(image);
        return new PerceptualHash(dct(resize(luma, image, FINE, FINE)), gradient(resize(luma, image, SIDE + 1, SIDE)));
    }

    /** Bits in which the frequencies differ, 0 to 64. */
    public int dctDistance(PerceptualHash other) {
        return Long.bitCount(dct ^ other.dct);
    }

    /** Bits in which the gradients differ, 0 to 64. */
    public int gradientDistance(PerceptualHash other) {
        return Long.bitCount(gradient ^ other.gradient);
    }

    /** ITU-R 601 luma in 16-bit fixed point, as Pillow's mode L. */
    private static byte[] luma(RgbImage image) {
        byte[] rgb = image.rgbUnsafe();
        byte[] out = new byte[rgb.length / 3];
        for (int i = 0; i < out.length; i++) {
            int r = rgb[3 * i] & 0xff;
            int g = rgb[3 * i + 1] & 0xff;
            int b = rgb[3 * i + 2] & 0xff;
            out[i] = (byte) ((r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16);
        }
        return out;
    }

    private static byte[] resize(byte[] luma, RgbImage image, int width, int height) {
        SourceBox whole = SourceBox.whole(image.width(), image.height());
        return Resize.bytes(luma, 1, image.width(), image.height(), whole, width, height, ResampleFilter.LANCZOS);
    }

    private static long dct(byte[] luma) {
        double[] columns = new double[SIDE * FINE];
        for (int k = 0; k < SIDE; k++) {
            for (int x = 0; x < FINE; x++) {
                double sum = 0;
                for (int y = 0; y < FINE; y++) {
                    sum += (luma[y * FINE + x] & 0xff) * COSINES[k][y];
                }
                columns[k * FINE + x] = sum;
            }
        }
        double[] low = new double[SIDE * SIDE];
        for (int k = 0; k < SIDE; k++) {
            for (int l = 0; l < SIDE; l++) {
                double sum = 0;
                for (int x = 0; x < FINE; x++) {
                    sum += columns[k * FINE + x] * COSINES[l][x];
                }
                low[k * SIDE + l] = sum;
            }
        }
        double[] sorted = low.clone();
        Arrays.sort(sorted);
        double median = (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
        long bits = 0;
        for (double v : low) {
            bits = bits << 1 | (v > median ? 1 : 0);
        }
        return bits;
    }

    private static long gradient(byte[] luma) {
        long bits = 0;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int left = luma[y * (SIDE + 1) + x] & 0xff;
                int right = luma[y * (SIDE + 1) + x + 1] & 0xff;
                bits = bits << 1 | (right > left ? 1 : 0);
            }
        }
        return bits;
    }

    private static double[][] cosines() {
        double[][] out = new double[SIDE][FINE];
        for (int k = 0; k < SIDE; k++) {
            for (int x = 0; x < FINE; x++) {
                out[k][x] = 2 * Math.cos(Math.PI * k * (2 * x + 1) / (2.0 * FINE));
            }
        }
        return out;
    }
}
