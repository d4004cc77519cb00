package org.ragdiff.eval.metric;

import org.ragdiff.core.Silhouette;

/**
 * How well two outlines agree (Martin et al., "Learning to detect natural image boundaries", PAMI
 * 2004; Perazzi et al., DAVIS 2016). An outline is the inside cells with a 4-neighbour outside, the
 * picture's border counting as outside; distances are between cell centres.
 *
 * @param precision share of the first outline within the tolerance of the second
 * @param recall share of the second outline within the tolerance of the first
 * @param f their harmonic mean, 0 if both are 0
 */
public record BoundaryScore(double precision, double recall, double f) {
    /**
     * @param tolerance in cells, 0 or more
     * @return 1 for two empty silhouettes, 0 for one
     * @throws IllegalArgumentException if the sizes differ
     */
    public static BoundaryScore of(Silhouette a, Silhouette b, double tolerance) {
        requireEqualSizes(a, b);
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException("tolerance must be at least 0, got " + tolerance);
        }
        if (a.area() == 0 || b.area() == 0) {
            double both = a.area() == b.area() ? 1 : 0;
            return new BoundaryScore(both, both, both);
        }
        double precision = share(outline(a), outline(b), a.width(), a.height(), tolerance);
        double recall = share(outline(b), outline(a), a.width(), a.height(), tolerance);
        double f = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
        return new BoundaryScore(precision, recall, f);
    }

    static void requireEqualSizes(Silhouette a, Silhouette b) {
        if (a.width() != b.width() || a.height() != b.height()) {
            throw new IllegalArgumentException("outlines need equal sizes, got " + a.width() + "x" + a.height()
                    + " and " + b.width() + "x" + b.height());
        }
    }

    static boolean[] outline(Silhouette s) {
        int w = s.width();
        int h = s.height();
        boolean[] inside = s.toArray();
        boolean[] out = new boolean[inside.length];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int i = y * w + x;
                out[i] = inside[i]
                        && (x == 0
                                || y == 0
                                || x == w - 1
                                || y == h - 1
                                || !inside[i - 1]
                                || !inside[i + 1]
                                || !inside[i - w]
                                || !inside[i + w]);
            }
        }
        return out;
    }

    private static double share(boolean[] of, boolean[] near, int w, int h, double tolerance) {
        int reach = (int) Math.floor(Math.min(tolerance, Math.max(w, h)));
        int count = 0;
        int hits = 0;
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                if (of[y * w + x]) {
                    count++;
                    hits += anyWithin(near, x, y, w, h, reach, tolerance) ? 1 : 0;
                }
            }
        }
        return (double) hits / count;
    }

    private static boolean anyWithin(boolean[] near, int x, int y, int w, int h, int reach, double tolerance) {
        for (int v = Math.max(0, y - reach); v <= Math.min(h - 1, y + reach); v++) {
            for (int u = Math.max(0, x - reach); u <= Math.min(w - 1, x + reach); u++) {
                if (near[v * w + u] && (u - x) * (u - x) + (v - y) * (v - y) <= tolerance * tolerance) {
                    return true;
                }
            }
        }
        return false;
    }
}
