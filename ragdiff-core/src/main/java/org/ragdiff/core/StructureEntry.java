package org.ragdiff.core;

import java.util.Objects;

/**
 * A standard garment in a structure database.
 *
 * @param id unique within its database, 1 to 512 characters
 * @param embedding unit vector of the standard tower; not copied, not to be modified
 * @param field signed distance field of its silhouette, side {@link StandardFrame#FIELD_SIDE}
 * @param attributes what is known of its structure
 * @param group garments of one group (a sender, a product) can be left out of a search together
 */
public record StructureEntry(
        String id, float[] embedding, SignedDistanceField field, GarmentAttributes attributes, String group) {
    public StructureEntry {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(embedding, "embedding");
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(attributes, "attributes");
        Objects.requireNonNull(group, "group");
        if (id.isEmpty() || id.length() > 512) {
            throw new IllegalArgumentException("id must have 1 to 512 characters, got " + id.length());
        }
    }
}
