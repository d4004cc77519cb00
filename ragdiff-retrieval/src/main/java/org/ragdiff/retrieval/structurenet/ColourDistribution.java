package org.ragdiff.retrieval.structurenet;

/**
 * How a garment's pixels are distributed over colours: a histogram of RGB (Swain and Ballard 1991) in which each
 * pixel counts for the eight nearest bins by its distance to them, as roots of shares, so that inner products are
 * Bhattacharyya coefficients. A change of light moves shares between neighbouring bins only. Stateless.
 */
final class ColourDistribution {
    private static final float INSIDE = 0.5f;

    private ColourDistribution() {}

    /**
     * Of photos, where the network sees the garment.
     *
     * @param photos N photos [side, side, 3] in [-1, 1]
     * @param mask logits of {@link StructureNet.Wild#mask}, [N, (side/8)², 4]
     * @return [N, bins³]
     */
    static float[] ofPhotos(float[] photos, float[] mask, int side, int bins) {
        int n = photos.length / (side * side * 3);
        int cells = side / 8 * StructureNet.MASK_CELLS;
        float[] out = new float[n * bins * bins * bins];
        float[] shares = new float[cells * cells];
        float[] weights = new float[side * side];
        for (int i = 0; i < n; i++) {
            for (int y = 0; y < cells; y++) {
                for (int x = 0; x < cells; x++) {
                    int token = y / 2 * (cells / 2) + x / 2;
                    float logit = mask[(i * cells * cells / 4 + token) * 4 + y % 2 * 2 + x % 2];
                    shares[y * cells + x] = (float) (1 / (1 + Math.exp(-logit)));
                }
            }
            enlarge(shares, cells, weights, side);
            add(photos, i * side * side * 3, 3, weights, bins, out, i);
        }
        return out;
    }

    /**
     * Of standard images, inside their silhouettes.
     *
     * @param standards N images [side, side, 4] as {@link StandardInput} writes them
     * @return [N, bins³]
     */
    static float[] ofStandards(float[] standards, int side, int bins) {
        int n = standards.length / (side * side * 4);
        float[] out = new float[n * bins * bins * bins];
        float[] weights = new float[side * side];
        for (int i = 0; i < n; i++) {
            for (int p = 0; p < weights.length; p++) {
                weights[p] = standards[(i * side * side + p) * 4 + 3] > 0 ? 1 : 0;
            }
            add(standards, i * side * side * 4, 4, weights, bins, out, i);
        }
        return out;
    }

    /** Bilinear. */
    private static void enlarge(float[] from, int cells, float[] to, int side) {
        float scale = (float) cells / side;
        for (int y = 0; y < side; y++) {
            float v = Math.max(0, Math.min(cells - 1, (y + 0.5f) * scale - 0.5f));
            int top = (int) v;
            int bottom = Math.min(cells - 1, top + 1);
            for (int x = 0; x < side; x++) {
                float u = Math.max(0, Math.min(cells - 1, (x + 0.5f) * scale - 0.5f));
                int left = (int) u;
                int right = Math.min(cells - 1, left + 1);
                float upper = from[top * cells + left] * (1 - u + left) + from[top * cells + right] * (u - left);
                float lower = from[bottom * cells + left] * (1 - u + left) + from[bottom * cells + right] * (u - left);
                to[y * side + x] = upper * (1 - v + top) + lower * (v - top);
            }
        }
    }

    private static void add(float[] pixels, int from, int channels, float[] weights, int bins, float[] out, int row) {
        float sure = INSIDE;
        float most = 0;
        for (float w : weights) {
            most = Math.max(most, w);
        }
        if (most <= sure) {
            // A photo in which no garment is seen for certain: all that may be one counts.
            sure = 0;
        }
        int size = bins * bins * bins;
        int at = row * size;
        double total = 0;
        int[] low = new int[3];
        float[] high = new float[3];
        for (int p = 0; p < weights.length; p++) {
            if (weights[p] <= sure) {
                continue;
            }
            total += weights[p];
            for (int c = 0; c < 3; c++) {
                float level = (pixels[from + p * channels + c] + 1) / 2 * bins - 0.5f;
                float inside = Math.max(0, Math.min(bins - 1, level));
                low[c] = Math.min(bins - 2, (int) inside);
                high[c] = inside - low[c];
            }
            for (int corner = 0; corner < 8; corner++) {
                float share = weights[p];
                int bin = 0;
                for (int c = 0; c < 3; c++) {
                    int up = corner >> c & 1;
                    share *= up == 1 ? high[c] : 1 - high[c];
                    bin = bin * bins + low[c] + up;
                }
                out[at + bin] += share;
            }
        }
        for (int i = at; i < at + size && total > 0; i++) {
            out[i] = (float) Math.sqrt(out[i] / total);
        }
    }
}
