package org.ragdiff.eval.metric;

import org.ragdiff.core.BinaryRegions;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;

/**
 * Counts what sticks out of a garment's body: sleeves (and hoods, wide straps) are the regions that
 * an opening with a disc of 0.65 of the largest inscribed radius takes away; legs are the runs across
 * the lowest fifth, and where there are two, limbs are not counted. Small regions may or may not be sleeves, so two silhouettes contradict each other
 * only where neither reading fits. A rule for comparing two silhouettes by one measure, not a
 * classifier.
 *
 * @param certainLimbs regions of at least 4 % of the area
 * @param possibleLimbs regions of at least 1.5 % of the area
 * @param legs most frequent number of runs in the rows between 80 % and 95 % of the height
 */
public record PartCount(int certainLimbs, int possibleLimbs, int legs) {
    private static final double OPENING = 0.65;
    private static final double CERTAIN = 0.04;
    private static final double POSSIBLE = 0.015;
    private static final double MIN_RUN = 0.06;

    /**
     * @param silhouette square, in the standard frame; an empty one has no parts
     */
    public static PartCount of(Silhouette silhouette) {
        if (silhouette.area() == 0) {
            return new PartCount(0, 0, 0);
        }
        int legs = legs(silhouette);
        if (legs == 2) {
            return new PartCount(0, 0, legs);
        }
        int[] areas = limbAreas(silhouette);
        int certain = 0;
        int possible = 0;
        for (int l = 1; l < areas.length; l++) {
            certain += areas[l] >= CERTAIN * silhouette.area() ? 1 : 0;
            possible += areas[l] >= POSSIBLE * silhouette.area() ? 1 : 0;
        }
        return new PartCount(certain, possible, legs);
    }

    /** Whether the two cannot be of one structure: other legs, or surely more limbs than the other may have. */
    public boolean contradicts(PartCount other) {
        return legs != other.legs || certainLimbs > other.possibleLimbs || other.certainLimbs > possibleLimbs;
    }

    private static int[] limbAreas(Silhouette s) {
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
        return BinaryRegions.areas(BinaryRegions.label(rest, n, n));
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
