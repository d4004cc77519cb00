package org.ragdiff.retrieval.structurenet;

import java.util.List;
import org.ragdiff.core.GarmentAttributes;

/**
 * Samples as the towers see them, all row-major.
 *
 * @param size B
 * @param photos [B, S, S, 3] in [-1, 1]
 * @param masks garment's share of each cell, [B, (S/8)², 4], negative where unknown
 * @param standards [B, S', S', 4]: colours, then the silhouette as ±1
 * @param fields [B, side²] in patch order, in units of the limit
 * @param attributes one for each sample
 */
public record StructureBatch(
        int size,
        float[] photos,
        float[] masks,
        float[] standards,
        float[] fields,
        List<GarmentAttributes> attributes) {
    public StructureBatch {
        attributes = List.copyOf(attributes);
        if (size < 1
                || attributes.size() != size
                || photos.length % size != 0
                || masks.length % size != 0
                || standards.length % size != 0
                || fields.length % size != 0) {
            throw new IllegalArgumentException("batch of " + size + " does not fit: " + photos.length + " photo, "
                    + masks.length + " mask, " + standards.length + " standard, " + fields.length + " field values, "
                    + attributes.size() + " attributes");
        }
    }
}
