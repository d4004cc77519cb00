package org.ragdiff.core;

import java.util.Objects;

/**
 * All that is known of a garment's outline before it is drawn. Immutable.
 *
 * @param photo the garment as far as the photo shows it, in the standard frame
 * @param read the field read off the photo; the landmark itself where the encoder decodes none
 * @param landmark what the database makes of it
 */
public record LandmarkEvidence(AlignedPhoto photo, SignedDistanceField read, SignedDistanceField landmark) {
    public LandmarkEvidence {
        Objects.requireNonNull(photo, "photo");
        Objects.requireNonNull(read, "read");
        Objects.requireNonNull(landmark, "landmark");
    }

    /** @param query whose field is what was read */
    public static LandmarkEvidence of(AlignedPhoto photo, StructureQuery query, StructureGuidance guidance) {
        return new LandmarkEvidence(photo, query.field().orElse(guidance.landmark()), guidance.landmark());
    }
}
