package org.ragdiff.data.photo;

import java.util.SplittableRandom;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.data.pairs.StandardGarment;

/** Photos of made garments, pasted on backgrounds: their silhouettes are known. */
final class MadePhotos {
    private MadePhotos() {}

    /** The garment, at its own size, with its frame's corner at (left, top) of the background. */
    static RgbImage paste(StandardGarment g, RgbImage background, int left, int top) {
        byte[] rgb = background.rgb();
        for (int y = 0; y < g.silhouette().height(); y++) {
            for (int x = 0; x < g.silhouette().width(); x++) {
                if (g.silhouette().at(x, y)) {
                    for (int c = 0; c < 3; c++) {
                        rgb[3 * ((top + y) * background.width() + left + x) + c] =
                                (byte) g.standard().at(x, y, c);
                    }
                }
            }
        }
        return RgbImage.wrap(background.width(), background.height(), rgb);
    }

    /** One colour with a grain of ± 3 grey levels. */
    static RgbImage plain(int width, int height, int[] colour) {
        SplittableRandom random = new SplittableRandom(7);
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.max(0, Math.min(255, colour[i % 3] + random.nextInt(7) - 3));
        }
        return RgbImage.wrap(width, height, rgb);
    }

    static int[] meanColour(StandardGarment g) {
        long[] sum = new long[3];
        Silhouette s = g.silhouette();
        for (int y = 0; y < s.height(); y++) {
            for (int x = 0; x < s.width(); x++) {
                for (int c = 0; c < 3 && s.at(x, y); c++) {
                    sum[c] += g.standard().at(x, y, c);
                }
            }
        }
        return new int[] {(int) (sum[0] / s.area()), (int) (sum[1] / s.area()), (int) (sum[2] / s.area())};
    }

    /** Black or white, whichever is farther in each channel, moved a little to the middle. */
    static int[] opposite(int[] colour) {
        int[] out = new int[3];
        for (int c = 0; c < 3; c++) {
            out[c] = colour[c] < 128 ? 235 : 20;
        }
        return out;
    }
}
