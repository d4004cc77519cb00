package org.ragdiff.core;

/**
 * Exact Euclidean distance transform in linear time by lower envelopes of parabolas (Felzenszwalb
 * and Huttenlocher, "Distance Transforms of Sampled Functions", Theory of Computing 8, 2012).
 */
public final class DistanceTransform {
    private static final double FAR = 1e20;

    private DistanceTransform() {}

    /** Signed distances in fractions of the side, negative inside; the outline lies between cells. */
    static float[] signed(Silhouette s) {
        if (s.width() != s.height()) {
            throw new IllegalArgumentException(
                    "a signed distance field needs a square silhouette, got " + s.width() + "x" + s.height());
        }
        int n = s.width();
        boolean[] inside = s.toArray();
        double[] toInside = squared(inside, n, n, true);
        double[] toOutside = squared(inside, n, n, false);
        float[] out = new float[n * n];
        for (int i = 0; i < out.length; i++) {
            // Nearest cell of the other kind is half a cell beyond the outline.
            double d = inside[i] ? 0.5 - Math.sqrt(toOutside[i]) : Math.sqrt(toInside[i]) - 0.5;
            out[i] = (float) Math.max(-1, Math.min(1, d / n));
        }
        return out;
    }

    /**
     * Squared distances between cell centres, in cells, from each cell to the nearest of the given ones.
     *
     * @param cells row-major [height, width]; not modified
     * @return likewise; at least 1e20 everywhere if there is no such cell
     */
    public static double[] squared(boolean[] cells, int width, int height) {
        if (width < 1 || height < 1 || cells.length != (long) width * height) {
            throw new IllegalArgumentException("expected " + (long) width * height + " flags for " + width + "x"
                    + height + ", got " + cells.length);
        }
        return squared(cells, width, height, true);
    }

    private static double[] squared(boolean[] inside, int width, int height, boolean target) {
        double[] d = new double[width * height];
        for (int i = 0; i < d.length; i++) {
            d[i] = inside[i] == target ? 0 : FAR;
        }
        int longest = Math.max(width, height);
        int[] vertex = new int[longest];
        double[] border = new double[longest + 1];
        double[] line = new double[height];
        double[] result = new double[height];
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                line[y] = d[y * width + x];
            }
            envelope(line, result, vertex, border);
            for (int y = 0; y < height; y++) {
                d[y * width + x] = result[y];
            }
        }
        line = new double[width];
        result = new double[width];
        for (int y = 0; y < height; y++) {
            System.arraycopy(d, y * width, line, 0, width);
            envelope(line, result, vertex, border);
            System.arraycopy(result, 0, d, y * width, width);
        }
        return d;
    }

    private static void envelope(double[] f, double[] result, int[] vertex, double[] border) {
        int n = f.length;
        int k = 0;
        vertex[0] = 0;
        border[0] = -FAR;
        border[1] = FAR;
        for (int q = 1; q < n; q++) {
            double s = intersection(f, q, vertex[k]);
            while (k > 0 && s <= border[k]) {
                k--;
                s = intersection(f, q, vertex[k]);
            }
            if (s > border[k]) {
                k++;
            }
            vertex[k] = q;
            border[k] = k == 0 ? -FAR : s;
            border[k + 1] = FAR;
        }
        k = 0;
        for (int q = 0; q < n; q++) {
            while (border[k + 1] < q) {
                k++;
            }
            double dx = q - vertex[k];
            result[q] = dx * dx + f[vertex[k]];
        }
    }

    private static double intersection(double[] f, int q, int v) {
        return ((f[q] + (double) q * q) - (f[v] + (double) v * v)) / (2.0 * (q - v));
    }
}
