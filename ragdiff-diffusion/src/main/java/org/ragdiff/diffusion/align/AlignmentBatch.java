package org.ragdiff.diffusion.align;

import java.util.Objects;

/**
 * Training samples of an {@link AlignmentNet}, all row-major. The arrays are not copied.
 *
 * @param size B
 * @param photos [B, side, side, 3] in [-1, 1]
 * @param cells along a side of the targets
 * @param seen share of each cell that shows the garment [B, cells, cells], in [0, 1]
 * @param x where the cell's centre lies across the standard frame [B, cells, cells], in fractions of its side
 * @param y down the frame, likewise
 */
public record AlignmentBatch(int size, float[] photos, int cells, float[] seen, float[] x, float[] y) {
    public AlignmentBatch {
        int n = size * cells * cells;
        if (size < 1
                || cells < 1
                || Objects.requireNonNull(seen, "seen").length != n
                || Objects.requireNonNull(x, "x").length != n
                || Objects.requireNonNull(y, "y").length != n
                || Objects.requireNonNull(photos, "photos").length % (3 * size) != 0) {
            throw new IllegalArgumentException("batch of " + size + " with " + cells + " cells a side does not fit: "
                    + photos.length + " photo values, " + seen.length + ", " + x.length + ", " + y.length);
        }
    }

    /** Where batches come from; a batch is a function of its arguments. Thread-safe. */
    public interface Source {
        AlignmentBatch batch(long seed, long step, int size);
    }
}
