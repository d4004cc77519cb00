package org.ragdiff.eval.metric;

import java.util.Arrays;
import java.util.Objects;
import org.ragdiff.core.BinaryRegions;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/**
 * The garment's silhouette in a standard image on a white background.
 *
 * <p>The background is the median of the border where that is nearly white, else white. Cells are
 * garment if their colour, averaged over 3×3, differs from it clearly, or a little and in one region
 * with clear ones (hysteresis: shading, seams and off-white cloth carry white garments). Gaps in the
 * outline are bridged, holes filled, small regions dropped; then soft edges are peeled from outside
 * to the cells that reach half of the contrast nearby, so that blur does not grow the garment. A
 * truly white garment without shade on white leaves nothing to see, and is lost. Immutable and
 * thread-safe.
 */
public final class GeneratedSilhouette {
    private static final double NEARLY_WHITE = 8;
    private static final double MUCH_MORE = 1.15;
    private static final int LEAST_PEEL = 3;

    private final SilhouetteRule rule;

    public GeneratedSilhouette(SilhouetteRule rule) {
        this.rule = Objects.requireNonNull(rule, "rule");
    }

    /** Empty if nothing differs from the background. */
    public Silhouette of(RgbImage image) {
        int w = image.width();
        int h = image.height();
        int side = Math.max(w, h);
        Lab background = background(image);
        double[] raw = distances(image, background, 0);
        double[] smooth = distances(image, background, 1);
        double noise = borderNoise(smooth, w, h);
        double weak = Math.max(rule.weak(), rule.noiseFactor() * noise);
        double strong = Math.max(rule.strong(), 2 * rule.noiseFactor() * noise);
        boolean[] garment = hysteresis(smooth, w, h, weak, strong);
        garment = fillBridged(garment, w, h, rule.closing() * side);
        garment = BinaryRegions.keepLarge(garment, w, h, rule.minRegion());
        garment = peel(garment, raw, w, h, Math.max(LEAST_PEEL, (int) Math.round(rule.peel() * side)));
        garment = BinaryRegions.fillHoles(garment, w, h);
        garment = BinaryRegions.keepLarge(garment, w, h, rule.minRegion());
        return new Silhouette(w, h, garment);
    }

    private static Lab background(RgbImage image) {
        int w = image.width();
        int h = image.height();
        double[] median = new double[3];
        for (int c = 0; c < 3; c++) {
            int[] ring = new int[2 * (w + h)];
            int n = 0;
            for (int x = 0; x < w; x++) {
                ring[n++] = image.at(x, 0, c);
                ring[n++] = image.at(x, h - 1, c);
            }
            for (int y = 0; y < h; y++) {
                ring[n++] = image.at(0, y, c);
                ring[n++] = image.at(w - 1, y, c);
            }
            Arrays.sort(ring);
            median[c] = ring[ring.length / 2];
        }
        Lab seen = Lab.ofSrgb(median[0], median[1], median[2]);
        Lab white = Lab.ofSrgb(255, 255, 255);
        return seen.distance(white) <= NEARLY_WHITE ? seen : white;
    }

    /** ΔE from the background of the colour averaged over (2·radius + 1)² cells. */
    private static double[] distances(RgbImage image, Lab background, int radius) {
        int w = image.width();
        int h = image.height();
        double[] out = new double[w * h];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                double r = 0;
                double g = 0;
                double b = 0;
                int n = 0;
                for (int v = Math.max(0, y - radius); v <= Math.min(h - 1, y + radius); v++) {
                    for (int u = Math.max(0, x - radius); u <= Math.min(w - 1, x + radius); u++) {
                        r += image.at(u, v, 0);
                        g += image.at(u, v, 1);
                        b += image.at(u, v, 2);
                        n++;
                    }
                }
                out[y * w + x] = Lab.ofSrgb(r / n, g / n, b / n).distance(background);
            }
        }
        return out;
    }

    /** Median of the distances in a ring of two cells: a robust scale, as long as most of it is background. */
    private static double borderNoise(double[] distance, int w, int h) {
        double[] ring = new double[w * h];
        int n = 0;
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                if (x < 2 || y < 2 || x >= w - 2 || y >= h - 2) {
                    ring[n++] = distance[y * w + x];
                }
            }
        }
        Arrays.sort(ring, 0, n);
        // A frame full of garment is not noise.
        return Math.min(ring[n / 2], 2.5);
    }

    private static boolean[] hysteresis(double[] distance, int w, int h, double weak, double strong) {
        boolean[] candidates = new boolean[distance.length];
        boolean anyStrong = false;
        for (int i = 0; i < distance.length; i++) {
            candidates[i] = distance[i] > weak;
            anyStrong |= distance[i] > strong;
        }
        if (!anyStrong) {
            return candidates;
        }
        int[] label = BinaryRegions.label(candidates, w, h);
        boolean[] kept = new boolean[BinaryRegions.areas(label).length];
        for (int i = 0; i < distance.length; i++) {
            kept[label[i]] |= distance[i] > strong;
        }
        for (int i = 0; i < distance.length; i++) {
            candidates[i] &= kept[label[i]];
        }
        return candidates;
    }

    /**
     * What a closed outline encloses is inside. Only where bridging its small gaps encloses much more is
     * that done: it would also close the gap between two legs. Bridges are kept where they join the inside.
     */
    private static boolean[] fillBridged(boolean[] garment, int w, int h, double radius) {
        boolean[] plain = BinaryRegions.fillHoles(garment, w, h);
        boolean[] closed = BinaryRegions.erode(BinaryRegions.dilate(garment, w, h, radius), w, h, radius);
        boolean[] filled = BinaryRegions.fillHoles(closed, w, h);
        boolean[] enclosed = new boolean[garment.length];
        for (int i = 0; i < enclosed.length; i++) {
            enclosed[i] = filled[i] && !closed[i];
        }
        boolean[] reach = BinaryRegions.dilate(enclosed, w, h, radius + 1);
        boolean[] out = new boolean[garment.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = garment[i] || enclosed[i] || closed[i] && reach[i];
        }
        out = BinaryRegions.fillHoles(out, w, h);
        return count(out) > MUCH_MORE * count(plain) ? out : plain;
    }

    private static int count(boolean[] flags) {
        int n = 0;
        for (boolean f : flags) {
            n += f ? 1 : 0;
        }
        return n;
    }

    private static boolean[] peel(boolean[] garment, double[] distance, int w, int h, int depth) {
        boolean[] now = garment.clone();
        int reach = depth + 1;
        for (int round = 0; round < depth; round++) {
            boolean[] edge = BoundaryScore.outline(new Silhouette(w, h, now));
            boolean[] next = now.clone();
            boolean changed = false;
            for (int i = 0; i < edge.length; i++) {
                if (edge[i] && distance[i] < 0.5 * contrast(now, distance, i, w, h, reach)) {
                    next[i] = false;
                    changed = true;
                }
            }
            if (!changed) {
                return now;
            }
            now = next;
        }
        return now;
    }

    /** The upper quartile, not the maximum: a fold's shadow on white cloth is not the cloth's contrast. */
    private static double contrast(boolean[] garment, double[] distance, int i, int w, int h, int reach) {
        int x = i % w;
        int y = i / w;
        double[] seen = new double[(2 * reach + 1) * (2 * reach + 1)];
        int n = 0;
        for (int v = Math.max(0, y - reach); v <= Math.min(h - 1, y + reach); v++) {
            for (int u = Math.max(0, x - reach); u <= Math.min(w - 1, x + reach); u++) {
                if (garment[v * w + u]) {
                    seen[n++] = distance[v * w + u];
                }
            }
        }
        Arrays.sort(seen, 0, n);
        return seen[(int) (0.75 * (n - 1))];
    }
}
