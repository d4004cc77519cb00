package org.ragdiff.diffusion.refine;

/**
 * Fields at twice their side, bilinearly with cell centres aligned, as results are outlined by them; and the transpose,
 * for gradients. Stateless.
 */
final class FineField {
    /** Cells along a side. */
    static final int SIDE = 2 * RefinerInputs.SIDE;

    static final int CELLS = SIDE * SIDE;

    private FineField() {}

    /** @param field [side, side] from {@code from} on */
    static float[] of(float[] field, int from) {
        float[] out = new float[CELLS];
        visit((fine, coarse, weight) -> out[fine] += weight * field[from + coarse]);
        return out;
    }

    /** Adds the gradient of a fine field to that of the field which it was made of. */
    static void transpose(float[] fineGradient, float[] gradient, int from) {
        visit((fine, coarse, weight) -> gradient[from + coarse] += weight * fineGradient[fine]);
    }

    private interface Link {
        void accept(int fine, int coarse, float weight);
    }

    private static void visit(Link link) {
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int fine = y * SIDE + x;
                link.accept(fine, near(y) * RefinerInputs.SIDE + near(x), 0.75f * 0.75f);
                link.accept(fine, near(y) * RefinerInputs.SIDE + far(x), 0.75f * 0.25f);
                link.accept(fine, far(y) * RefinerInputs.SIDE + near(x), 0.25f * 0.75f);
                link.accept(fine, far(y) * RefinerInputs.SIDE + far(x), 0.25f * 0.25f);
            }
        }
    }

    private static int near(int fine) {
        return fine / 2;
    }

    /** The neighbour on the other side of the cell's middle; the cell itself at the border. */
    private static int far(int fine) {
        int other = fine % 2 == 0 ? fine / 2 - 1 : fine / 2 + 1;
        return Math.max(0, Math.min(RefinerInputs.SIDE - 1, other));
    }
}
