package org.ragdiff.data.photo;

import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.image.SourceBox;

/**
 * What lies around a garment, with the garment itself painted over: from each pixel to be filled, the picture
 * is read at the mirror image of that pixel across the nearest edge of the hole, where it is known, over a
 * smooth filling by pull and push (Gortler et al., "The Lumigraph", 1996). Stateless.
 */
public final class PaintedOut {
    private PaintedOut() {}

    /**
     * @param photo any size; the largest centred square of it is taken
     * @param mask of the garment, same size
     * @param side of the result
     */
    public static RgbImage square(RgbImage photo, Silhouette mask, int side) {
        int n = Math.min(photo.width(), photo.height());
        int left = (photo.width() - n) / 2;
        int top = (photo.height() - n) / 2;
        RgbImage sized =
                Resize.rgb(photo, new SourceBox(left, top, left + n, top + n), side, side, ResampleFilter.BICUBIC);
        boolean[] hole = new boolean[side * side];
        int margin = Math.max(2, side / 24);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                if (mask.at(left + x * n / side, top + y * n / side)) {
                    widen(hole, x, y, margin, side);
                }
            }
        }
        return RgbImage.wrap(side, side, fill(sized.rgb(), hole, side));
    }

    private static void widen(boolean[] hole, int x, int y, int margin, int side) {
        for (int v = Math.max(0, y - margin); v <= Math.min(side - 1, y + margin); v++) {
            java.util.Arrays.fill(
                    hole, v * side + Math.max(0, x - margin), v * side + Math.min(side - 1, x + margin) + 1, true);
        }
    }

    private static byte[] fill(byte[] rgb, boolean[] hole, int side) {
        float[] smooth = smooth(rgb, hole, side);
        byte[] out = rgb.clone();
        for (int i = 0; i < hole.length; i++) {
            if (!hole[i]) {
                continue;
            }
            int mirror = mirror(hole, i, side);
            for (int c = 0; c < 3; c++) {
                float detail = mirror < 0 ? 0 : (rgb[3 * mirror + c] & 0xff) - smooth[3 * mirror + c];
                out[3 * i + c] = (byte) Math.max(0, Math.min(255, Math.round(smooth[3 * i + c] + detail)));
            }
        }
        return out;
    }

    /** The mirror image of a pixel across the nearest of the hole's edges along its row and column, or -1. */
    private static int mirror(boolean[] hole, int i, int side) {
        int x = i % side;
        int y = i / side;
        for (int d = 1; d < side; d++) {
            int[][] steps = {{-d, 0}, {d, 0}, {0, -d}, {0, d}};
            for (int[] s : steps) {
                if (free(hole, x + s[0], y + s[1], side)) {
                    int u = x + 2 * s[0];
                    int v = y + 2 * s[1];
                    return free(hole, u, v, side) ? v * side + u : (y + s[1]) * side + x + s[0];
                }
            }
        }
        return -1;
    }

    private static boolean free(boolean[] hole, int x, int y, int side) {
        return x >= 0 && y >= 0 && x < side && y < side && !hole[y * side + x];
    }

    /** Known pixels blurred, unknown ones filled from coarser and coarser averages of the known. */
    private static float[] smooth(byte[] rgb, boolean[] hole, int side) {
        float[] values = new float[4 * side * side];
        for (int i = 0; i < hole.length; i++) {
            if (!hole[i]) {
                for (int c = 0; c < 3; c++) {
                    values[4 * i + c] = rgb[3 * i + c] & 0xff;
                }
                values[4 * i + 3] = 1;
            }
        }
        float[] pushed = pullPush(values, side);
        float[] out = new float[3 * side * side];
        for (int i = 0; i < hole.length; i++) {
            System.arraycopy(pushed, 4 * i, out, 3 * i, 3);
        }
        return out;
    }

    private static float[] pullPush(float[] values, int side) {
        if (side == 1) {
            float w = Math.max(values[3], 1e-6f);
            return new float[] {values[0] / w, values[1] / w, values[2] / w, 1};
        }
        int half = (side + 1) / 2;
        float[] coarse = new float[4 * half * half];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                for (int c = 0; c < 4; c++) {
                    coarse[4 * (y / 2 * half + x / 2) + c] += values[4 * (y * side + x) + c];
                }
            }
        }
        for (int i = 0; i < half * half; i++) {
            float w = coarse[4 * i + 3];
            float scale = w > 1 ? 1 / w : 1;
            for (int c = 0; c < 4; c++) {
                coarse[4 * i + c] *= scale;
            }
        }
        float[] below = pullPush(coarse, half);
        float[] out = new float[values.length];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int i = 4 * (y * side + x);
                // Known pixels keep a half of themselves, so that what is subtracted as detail is smooth.
                float own = 0.5f * values[i + 3];
                for (int c = 0; c < 3; c++) {
                    float value = values[i + 3] > 0 ? values[i + c] / values[i + 3] : 0;
                    out[i + c] = own * value + (1 - own) * interpolated(below, half, x, y, c);
                }
                out[i + 3] = 1;
            }
        }
        return out;
    }

    private static float interpolated(float[] coarse, int half, int x, int y, int c) {
        float fx = Math.max(0, Math.min(half - 1, (x - 0.5f) / 2));
        float fy = Math.max(0, Math.min(half - 1, (y - 0.5f) / 2));
        int x0 = (int) fx;
        int y0 = (int) fy;
        int x1 = Math.min(half - 1, x0 + 1);
        int y1 = Math.min(half - 1, y0 + 1);
        float ax = fx - x0;
        float ay = fy - y0;
        float top = coarse[4 * (y0 * half + x0) + c] * (1 - ax) + coarse[4 * (y0 * half + x1) + c] * ax;
        float bottom = coarse[4 * (y1 * half + x0) + c] * (1 - ax) + coarse[4 * (y1 * half + x1) + c] * ax;
        return top * (1 - ay) + bottom * ay;
    }
}
