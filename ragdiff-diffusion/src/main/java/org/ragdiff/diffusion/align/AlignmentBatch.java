package org.ragdiff.diffusion.align;

import java.util.Objects;

/**
 * Training samples of an {@link AlignmentNet}, all row-major. The arrays are not copied.
 *
 * @param size B
 * @param photos [B, side, side, 3] in [-1, 1]
 * @param cells along a side of the targets
 * @param seen share of each cell that shows the garment [B, cells, cells], in [0, 1]
 * @param whole share of each cell that the whole garment covers, be it seen there or hidden, likewise
 * @param x where the cell's centre lies across the standard frame [B, cells, cells], in fractions of its side
 * @param y down the frame, likewise
 * @param colours the standard image's mean colour where the cell lies [B, cells, cells, 3], in [0, 1]
 */
public record AlignmentBatch(
        int size, float[] photos, int cells, float[] seen, float[] whole, float[] x, float[] y, float[] colours) {
    public AlignmentBatch {
        int n = size * cells * cells;
        if (size < 1
                || cells < 1
                || Objects.requireNonNull(seen, "seen").length != n
                || Objects.requireNonNull(whole, "whole").length != n
                || Objects.requireNonNull(x, "x").length != n
                || Objects.requireNonNull(y, "y").length != n
                || Objects.requireNonNull(colours, "colours").length != 3 * n
                || Objects.requireNonNull(photos, "photos").length % (3 * size) != 0) {
            throw new IllegalArgumentException("batch of " + size + " with " + cells + " cells a side does not fit: "
                    + photos.length + " photo values, " + seen.length + ", " + whole.length + ", " + x.length + ", "
                    + y.length
                    + " and " + colours.length);
        }
    }

    /** Where batches come from; a batch is a function of its arguments. Thread-safe. */
    public interface Source {
        AlignmentBatch batch(long seed, long step, int size);
    }
}
