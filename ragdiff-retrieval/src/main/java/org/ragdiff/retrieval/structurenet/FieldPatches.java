package org.ragdiff.retrieval.structurenet;

import org.ragdiff.core.SignedDistanceField;

/**
 * Order of a field's cells in the network: 8 by 8 patches, row-major, the cells of each patch together and
 * row-major too, so that one token of the {@link FieldReader} holds one patch. Values are distances divided by
 * the limit, in [-1, 1]. Stateless.
 */
final class FieldPatches {
    /** Patches along a side. */
    static final int GRID = 8;

    private FieldPatches() {}

    /** Position in patch order of each cell in row-major order. */
    static int[] order(int side) {
        int patch = side / GRID;
        int[] order = new int[side * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int token = y / patch * GRID + x / patch;
                order[y * side + x] = token * patch * patch + y % patch * patch + x % patch;
            }
        }
        return order;
    }

    /** Writes a row-major field of distances, clamped, at {@code to}. */
    static void write(float[] distances, int side, double limit, float[] out, int to) {
        int[] order = order(side);
        for (int i = 0; i < order.length; i++) {
            out[to + order[i]] = (float) Math.max(-1, Math.min(1, distances[i] / limit));
        }
    }

    /** The field at {@code from} of network output; values beyond the limit are clamped. */
    static SignedDistanceField read(float[] values, int from, int side, double limit) {
        int[] order = order(side);
        float[] out = new float[order.length];
        for (int i = 0; i < order.length; i++) {
            out[i] = (float) (limit * Math.max(-1, Math.min(1, values[from + order[i]])));
        }
        return new SignedDistanceField(side, out);
    }
}
