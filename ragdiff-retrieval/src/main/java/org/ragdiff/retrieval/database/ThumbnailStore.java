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

    /** @throws IllegalArgumentException if the picture is too large or neither JPEG nor PNG */
    static void check(String id, byte[] image) {
        if (image.length > MAX_BYTES) {
            throw new IllegalArgumentException("thumbnail of " + id + " has " + image.length + " bytes, at most "
                    + MAX_BYTES + " are kept: make it smaller");
        }
        boolean jpeg = image.length > 3 && (image[0] & 0xff) == 0xff && (image[1] & 0xff) == 0xd8;
        boolean png = image.length > 8 && (image[0] & 0xff) == 0x89 && image[1] == 'P' && image[2] == 'N';
        if (!jpeg && !png) {
            throw new IllegalArgumentException("thumbnail of " + id + " is neither JPEG nor PNG");
        }
    }

    /** What to throw where an entry is missing. */
    static IllegalArgumentException noEntry(String id) {
        return new IllegalArgumentException("no entry " + id + " to keep a thumbnail for: upsert it first");
    }
}
