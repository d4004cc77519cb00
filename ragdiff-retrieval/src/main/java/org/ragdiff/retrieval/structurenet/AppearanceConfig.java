package org.ragdiff.retrieval.structurenet;

/**
 * Shape of an {@link AppearanceNet}.
 *
 * @param bins of each of red, green and blue, in [2, 32]
 * @param dimension length of the appearance embeddings, at most bins³
 */
public record AppearanceConfig(int bins, int dimension) {
    public AppearanceConfig {
        if (bins < 2 || bins > 32) {
            throw new IllegalArgumentException("bins must be in [2, 32], got " + bins);
        }
        if (dimension < 2 || dimension > Math.min(4096, bins * bins * bins)) {
            throw new IllegalArgumentException(
                    "dimension must be in [2, min(4096, bins³)], got " + dimension + " for " + bins + " bins");
        }
    }

    /** Bins of the three channels together. */
    int cells() {
        return bins * bins * bins;
    }
}
