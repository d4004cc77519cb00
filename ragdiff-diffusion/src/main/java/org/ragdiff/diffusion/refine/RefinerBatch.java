package org.ragdiff.diffusion.refine;

import java.util.Objects;

/**
 * Training samples of a {@link RefinerNet}, all row-major. The arrays are not copied.
 *
 * @param size B
 * @param evidence [B, side, side, 7], see {@link RefinerInputs}
 * @param landmarks [B, side, side] signed distances in cells
 * @param truth of the standard silhouettes [B, 2 · side, 2 · side], likewise
 */
public record RefinerBatch(int size, float[] evidence, float[] landmarks, float[] truth) {
    public RefinerBatch {
        int n = size * RefinerInputs.CELLS;
        int fine = size * FineField.CELLS;
        if (size < 1
                || Objects.requireNonNull(evidence, "evidence").length != RefinerInputs.CHANNELS * n
                || Objects.requireNonNull(landmarks, "landmarks").length != n
                || Objects.requireNonNull(truth, "truth").length != fine) {
            throw new IllegalArgumentException("a batch of " + size + " does not fit: " + evidence.length
                    + " values of evidence, " + landmarks.length + " of landmarks and " + truth.length
                    + " of the truth, expected " + RefinerInputs.CHANNELS * n + ", " + n + " and " + fine);
        }
    }

    /** Where batches come from; a batch is a function of its arguments. Thread-safe. */
    public interface Source {
        RefinerBatch batch(long seed, long step, int size);
    }
}
