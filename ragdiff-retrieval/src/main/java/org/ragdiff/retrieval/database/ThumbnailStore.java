package org.ragdiff.retrieval.database;

import java.util.Optional;

/** Small pictures (JPEG or PNG) of a database's garments, for reports. */
public interface ThumbnailStore {
    /** Largest picture that is accepted, in bytes. */
    int MAX_BYTES = 1 << 16;

    /** A copy of the picture's bytes, if there is one. */
    Optional<byte[]> thumbnail(String id);

    /**
     * Keeps a picture for an entry; replaces an earlier one. It goes with the entry when that is
     * deleted.
     *
     * @param image a JPEG or PNG file's bytes, at most {@link #MAX_BYTES}; copied
     * @throws IllegalArgumentException if there is no such entry, or the picture is too large or of
     *     another format
     */
    void putThumbnail(String id, byte[] image);
}
