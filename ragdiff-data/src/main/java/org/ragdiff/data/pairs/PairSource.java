package org.ragdiff.data.pairs;

/**
 * An endless, random-access sequence of training pairs. {@code pair(i)} depends on nothing but the
 * source's configuration (with its seed) and {@code i}, so that training resumes at any step.
 * Thread-safe; holds no pair after returning it.
 */
public interface PairSource {
    /** Distinct garments that the pairs show, at least 1. */
    int garments();

    /**
     * The pair at a position. Positions {@code n * garments() … (n + 1) * garments() - 1} of a
     * shuffled or sequential source show every garment once.
     *
     * @param index 0 or larger
     * @throws IllegalArgumentException if the index is negative
     */
    GarmentPair pair(long index);

    /** Identifies configuration and data: two sources of one fingerprint give the same pairs. */
    String fingerprint();
}
