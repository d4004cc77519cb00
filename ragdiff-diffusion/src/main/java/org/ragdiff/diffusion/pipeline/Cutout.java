package org.ragdiff.diffusion.pipeline;

import java.util.Objects;
import org.ragdiff.core.RgbImage;

/**
 * A flat-lay without its white background. Pixels at the outline are unmixed: what they show is taken for the colour
 * of the garment next to them over white, and the share of it becomes their opacity. Immutable; the array is not
 * copied and not to be modified.
 *
 * @param colours the garment's, carried on into pixels at its outline; white where nothing is seen of it
 * @param alpha opacity of each pixel, 0..255, row-major
 */
public record Cutout(RgbImage colours, byte[] alpha) {
    /** How many pixels from the background on are taken for mixed. */
    private static final int EDGE = 2;

    public Cutout {
        Objects.requireNonNull(colours, "colours");
        if (Objects.requireNonNull(alpha, "alpha").length != colours.width() * colours.height()) {
            throw new IllegalArgumentException(alpha.length + " opacities for " + colours);
        }
    }

    /** @param background what is background in {@code image} */
    public static Cutout of(RgbImage image, WhiteBackground background) {
        int w = image.width();
        boolean[] outside = background.of(image);
        int[] depth = depth(outside, w, image.height());
        byte[] rgb = image.rgb();
        byte[] alpha = new byte[outside.length];
        for (int i = 0; i < outside.length; i++) {
            if (outside[i]) {
                rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = (byte) 255;
            } else {
                alpha[i] = depth[i] > EDGE ? (byte) 255 : unmix(image, depth, i, rgb);
            }
        }
        return new Cutout(RgbImage.wrap(w, image.height(), rgb), alpha);
    }

    /** Over a colour. */
    public RgbImage over(int red, int green, int blue) {
        int[] ground = {red, green, blue};
        byte[] out = colours.rgb();
        for (int i = 0; i < out.length; i++) {
            double a = (alpha[i / 3] & 0xff) / 255.0;
            out[i] = (byte) Math.round(ground[i % 3] + a * ((out[i] & 0xff) - ground[i % 3]));
        }
        return RgbImage.wrap(colours.width(), colours.height(), out);
    }

    /** Chessboard distance to the background, up to {@link #EDGE} + 1. */
    private static int[] depth(boolean[] outside, int w, int h) {
        int[] depth = new int[outside.length];
        for (int i = 0; i < outside.length; i++) {
            depth[i] = outside[i] ? 0 : EDGE + 1;
            for (int r = 1; r <= EDGE && depth[i] > EDGE; r++) {
                depth[i] = touches(outside, w, h, i, r) ? r : depth[i];
            }
        }
        return depth;
    }

    private static boolean touches(boolean[] outside, int w, int h, int i, int radius) {
        int x = i % w;
        int y = i / w;
        for (int yy = Math.max(0, y - radius); yy <= Math.min(h - 1, y + radius); yy++) {
            for (int xx = Math.max(0, x - radius); xx <= Math.min(w - 1, x + radius); xx++) {
                if (outside[yy * w + xx]) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Writes the garment's colour and returns the opacity. */
    private static byte unmix(RgbImage image, int[] depth, int i, byte[] rgb) {
        double[] inner = inner(image, depth, i);
        double along = 0;
        double length = 0;
        for (int c = 0; c < 3; c++) {
            double garment = 255 - inner[c];
            along += garment * (255 - (rgb[3 * i + c] & 0xff));
            length += garment * garment;
        }
        // Nearly white cloth cannot be told from white.
        double a = length < 300 ? 1 : Math.max(0, Math.min(1, along / length));
        for (int c = 0; c < 3 && a < 1; c++) {
            rgb[3 * i + c] = (byte) Math.round(inner[c]);
        }
        return (byte) Math.round(255 * a);
    }

    /** Mean colour of the deepest pixels nearby; of what is too thin to have any, its colour furthest from white nearby. */
    private static double[] inner(RgbImage image, int[] depth, int i) {
        int w = image.width();
        int deepest = 0;
        double[] sum = new double[3];
        int n = 0;
        for (int dy = -EDGE; dy <= EDGE; dy++) {
            for (int dx = -EDGE; dx <= EDGE; dx++) {
                int x = i % w + dx;
                int y = i / w + dy;
                if (x < 0 || y < 0 || x >= w || y >= image.height() || depth[y * w + x] < deepest) {
                    continue;
                }
                if (depth[y * w + x] > deepest) {
                    deepest = depth[y * w + x];
                    sum = new double[3];
                    n = 0;
                }
                for (int c = 0; c < 3; c++) {
                    sum[c] += image.at(x, y, c);
                }
                n++;
            }
        }
        return deepest > depth[i] ? new double[] {sum[0] / n, sum[1] / n, sum[2] / n} : furthest(image, depth, i);
    }

    private static double[] furthest(RgbImage image, int[] depth, int i) {
        int w = image.width();
        double[] out = null;
        int least = Integer.MAX_VALUE;
        for (int y = Math.max(0, i / w - EDGE); y <= Math.min(image.height() - 1, i / w + EDGE); y++) {
            for (int x = Math.max(0, i % w - EDGE); x <= Math.min(w - 1, i % w + EDGE); x++) {
                int light = image.at(x, y, 0) + image.at(x, y, 1) + image.at(x, y, 2);
                if (depth[y * w + x] > 0 && light < least) {
                    least = light;
                    out = new double[] {image.at(x, y, 0), image.at(x, y, 1), image.at(x, y, 2)};
                }
            }
        }
        return out;
    }
}
