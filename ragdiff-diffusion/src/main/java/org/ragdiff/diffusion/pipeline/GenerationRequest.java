package org.ragdiff.diffusion.pipeline;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StructureEntry;

/**
 * A photo and what the caller knows of it.
 *
 * @param photo any size
 * @param attributes in place of the extractor's
 * @param landmark in place of the retrieved one
 * @param allowed entries of the database that may be neighbours; leaves out, for one, the garment itself
 * @param seed in place of the options'
 */
public record GenerationRequest(
        RgbImage photo,
        Optional<GarmentAttributes> attributes,
        Optional<SignedDistanceField> landmark,
        Predicate<StructureEntry> allowed,
        OptionalLong seed) {
    public GenerationRequest {
        Objects.requireNonNull(photo, "photo");
        Objects.requireNonNull(attributes, "attributes");
        Objects.requireNonNull(landmark, "landmark");
        Objects.requireNonNull(allowed, "allowed");
        Objects.requireNonNull(seed, "seed");
    }

    public static GenerationRequest of(RgbImage photo) {
        return new GenerationRequest(
                photo, Optional.empty(), Optional.empty(), EntryFilter.any(), OptionalLong.empty());
    }

    public GenerationRequest withAttributes(GarmentAttributes known) {
        return new GenerationRequest(photo, Optional.of(known), landmark, allowed, seed);
    }

    public GenerationRequest withLandmark(SignedDistanceField field) {
        return new GenerationRequest(photo, attributes, Optional.of(field), allowed, seed);
    }

    public GenerationRequest withAllowed(Predicate<StructureEntry> filter) {
        return new GenerationRequest(photo, attributes, landmark, filter, seed);
    }

    public GenerationRequest withSeed(long newSeed) {
        return new GenerationRequest(photo, attributes, landmark, allowed, OptionalLong.of(newSeed));
    }
}
