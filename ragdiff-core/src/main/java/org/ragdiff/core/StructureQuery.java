package org.ragdiff.core;

import java.util.Objects;
import java.util.Optional;

/**
 * What the wild tower reads off a photo.
 *
 * @param embedding unit vector e
 * @param field the signed distance field that the tower decodes from e, if it has such a head
 * @param attributes attributes given or predicted
 */
public record StructureQuery(float[] embedding, Optional<SignedDistanceField> field, GarmentAttributes attributes) {
    public StructureQuery {
        Objects.requireNonNull(embedding, "embedding");
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(attributes, "attributes");
    }
}
