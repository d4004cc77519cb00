package org.ragdiff.core;

import java.util.List;

/**
 * StructureNet's two towers (arXiv 2411.19528, section 3.2). Both map into one space in which a
 * photo lies near the standard image of its garment. Thread-safe.
 */
public interface StructureEncoder extends AutoCloseable {
    /** Length of the embeddings. */
    int dimension();

    /**
     * How many numbers of an embedding, the first, say what structure a garment has; what comes after them tells
     * garments of one structure apart. All by default.
     */
    default int structureDimension() {
        return dimension();
    }

    /** Identifies the weights and configuration; databases of another fingerprint are refused. */
    String fingerprint();

    /**
     * Embeds photos, any size, with the attributes known of each.
     *
     * @param attributes one for each photo; UNKNOWN fields are ignored
     * @return one query for each photo, in order
     */
    List<StructureQuery> encodePhotos(List<RgbImage> photos, List<GarmentAttributes> attributes);

    /**
     * Embeds standard images with their silhouettes (same size as the image).
     *
     * @return one unit vector for each
     */
    List<float[]> encodeStandards(List<RgbImage> standards, List<Silhouette> silhouettes);

    @Override
    void close();
}
