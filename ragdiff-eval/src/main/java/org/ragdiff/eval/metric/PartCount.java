package org.ragdiff.eval.metric;

import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;

/**
 * Counts what sticks out of a garment's body: sleeves (and hoods, straps) are the regions that an
 * opening with a disc of 0.6 of the largest inscribed radius takes away, at least 3 % of the area
 * each; legs are the runs across the lowest fifth. A rule for comparing two silhouettes by the same
 * measure, not a classifier.
 *
 * @param limbs regions that the opening takes away
 * @param legs most frequent number of runs in the rows between 80 % and 95 % of the height
 */
public record PartCount(int limbs, int legs) {
    private static final double OPENING = 0.6;
    private static final double MIN_LIMB = 0.03;
    private static final double MIN_RUN = 0.06;

    /**
     * @param silhouette square, in the standard frame; an empty one has no parts
     */
    public static PartCount of(Silhouette silhouette) {
        return silhouette.area() == 0 ? new PartCount(0, 0) : new PartCount(limbs(silhouette), legs(silhouette));
    }

    private static int limbs(Silhouette s) {
        int n = s.width();
        float[] field = SignedDistanceField.of(s).toArray();
        float deepest = 0;
        for (float d : field) {
            deepest = Math.min(deepest, d);
        }
        double radius = -OPENING * deepest;
        boolean[] core = new boolean[field.length];
        for (int i = 0; i < core.length; i++) {
            core[i] = field[i] < -radius;
        }
        float[] fromCore = SignedDistanceField.of(new Silhouette(n, n, core)).toArray();
        boolean[] rest = new boolean[field.length];
        for (int i = 0; i < rest.length; i++) {
            // One cell more than the disc: roundings of corners and rasters are not limbs.
            rest[i] = field[i] < 0 && fromCore[i] > radius + 1.0 / n;
        }
        int[] areas = BinaryRegions.areas(BinaryRegions.label(rest, n, n));
        int count = 0;
        for (int l = 1; l < areas.length; l++) {
            count += areas[l] >= MIN_LIMB * s.area() ? 1 : 0;
        }
        return count;
    }

    private static int legs(Silhouette s) {
        int top = s.height();
        int bottom = 0;
        int left = s.width();
        int right = 0;
        for (int y = 0; y < s.height(); y++) {
            for (int x = 0; x < s.width(); x++) {
                if (s.at(x, y)) {
                    top = Math.min(top, y);
                    bottom = Math.max(bottom, y);
                    left = Math.min(left, x);
                    right = Math.max(right, x);
                }
            }
        }
        int height = bottom - top + 1;
        double shortest = MIN_RUN * (right - left + 1);
        int[] votes = new int[s.width() + 1];
        for (int y = top + (int) (0.8 * height); y <= top + (int) (0.95 * (height - 1)); y++) {
            votes[runs(s, y, shortest)]++;
        }
        int best = 0;
        for (int i = 1; i < votes.length; i++) {
            best = votes[i] > votes[best] ? i : best;
        }
        return best;
    }

    private static int runs(Silhouette s, int y, double shortest) {
        int count = 0;
        int length = 0;
        for (int x = 0; x <= s.width(); x++) {
            if (x < s.width() && s.at(x, y)) {
                length++;
            } else {
                count += length >= Math.max(1, shortest) ? 1 : 0;
                length = 0;
            }
        }
        return count;
    }
}
