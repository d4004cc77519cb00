package org.ragdiff.core;

import java.util.List;

/**
 * Brings what a photo shows of a garment to where it lies in the standard frame, without what covers or
 * surrounds it: the position-aware half of the pattern alignment. Thread-safe.
 */
public interface PhotoAligner extends AutoCloseable {
    /** Of configuration and weights. */
    String fingerprint();

    /**
     * @param photos square; not modified
     * @return one for each, of its photo's side
     */
    List<AlignedPhoto> align(List<RgbImage> photos);

    @Override
    void close();
}
