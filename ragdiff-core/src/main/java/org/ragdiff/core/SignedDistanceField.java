package org.ragdiff.core;

import java.util.Arrays;

/**
 * A sampled signed distance to a silhouette's outline, square and row-major, in fractions of the
 * frame's side: negative inside, positive outside. Averaging fields, unlike averaging masks, gives
 * an outline that is sharp. Immutable.
 */
public final class SignedDistanceField {
    private final int side;
    private final float[] distance;

    /**
     * @param distance {@code side * side} finite values, row-major; copied
     */
    public SignedDistanceField(int side, float[] distance) {
        if (side <= 0 || distance.length != (long) side * side) {
            throw new IllegalArgumentException(
                    "field of side " + side + " needs " + (long) side * side + " values, got " + distance.length);
        }
        for (int i = 0; i < distance.length; i++) {
            if (!Float.isFinite(distance[i])) {
                throw new IllegalArgumentException(
                        "distance[" + i + "] is " + distance[i] + ", expected a finite value");
            }
        }
        this.side = side;
        this.distance = distance.clone();
    }

    /**
     * The exact Euclidean signed distance to the boundary between the cells inside and outside,
     * measured from cell centres (Felzenszwalb and Huttenlocher, 2012).
     *
     * @param silhouette square; an empty or full one gives a constant field of +1 or -1
     */
    public static SignedDistanceField of(Silhouette silhouette) {
        return new SignedDistanceField(silhouette.width(), DistanceTransform.signed(silhouette));
    }

    public int side() {
        return side;
    }

    public float at(int x, int y) {
        return distance[y * side + x];
    }

    /** A copy of the values, row-major. */
    public float[] toArray() {
        return distance.clone();
    }

    /** The silhouette {distance &lt; 0}. */
    public Silhouette toSilhouette() {
        boolean[] inside = new boolean[distance.length];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = distance[i] < 0;
        }
        return new Silhouette(side, side, inside);
    }

    /** The field resampled bilinearly (cell centres aligned) to another side. */
    public SignedDistanceField resize(int newSide) {
        if (newSide == side) {
            return this;
        }
        float[] out = new float[newSide * newSide];
        double scale = (double) side / newSide;
        for (int y = 0; y < newSide; y++) {
            double sy = Math.min(Math.max((y + 0.5) * scale - 0.5, 0), side - 1);
            int y0 = (int) sy;
            int y1 = Math.min(y0 + 1, side - 1);
            for (int x = 0; x < newSide; x++) {
                double sx = Math.min(Math.max((x + 0.5) * scale - 0.5, 0), side - 1);
                int x0 = (int) sx;
                int x1 = Math.min(x0 + 1, side - 1);
                double fx = sx - x0;
                double top = distance[y0 * side + x0] * (1 - fx) + distance[y0 * side + x1] * fx;
                double bottom = distance[y1 * side + x0] * (1 - fx) + distance[y1 * side + x1] * fx;
                out[y * newSide + x] = (float) (top + (bottom - top) * (sy - y0));
            }
        }
        return new SignedDistanceField(newSide, out);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof SignedDistanceField f && f.side == side && Arrays.equals(f.distance, distance);
    }

    @Override
    public int hashCode() {
        return 31 * side + Arrays.hashCode(distance);
    }
}
