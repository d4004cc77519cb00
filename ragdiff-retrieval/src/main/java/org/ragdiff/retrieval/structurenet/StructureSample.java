package org.ragdiff.retrieval.structurenet;

import java.util.Objects;
import java.util.Optional;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/**
 * A photo and the standard image of the same garment, to be learned from. Immutable.
 *
 * @param photo any size
 * @param garmentInPhoto where the photo shows the garment, same size, if known
 * @param standard square, in the standard frame
 * @param silhouette of {@code standard}, same size
 * @param attributes what is known
 */
public record StructureSample(
        RgbImage photo,
        Optional<Silhouette> garmentInPhoto,
        RgbImage standard,
        Silhouette silhouette,
        GarmentAttributes attributes) {
    public StructureSample {
        Objects.requireNonNull(photo, "photo");
        Objects.requireNonNull(attributes, "attributes");
        if (silhouette.width() != standard.width() || silhouette.height() != standard.height()) {
            throw new IllegalArgumentException("standard is " + standard.width() + "x" + standard.height()
                    + ", its silhouette " + silhouette.width() + "x" + silhouette.height());
        }
        garmentInPhoto.ifPresent(mask -> {
            if (mask.width() != photo.width() || mask.height() != photo.height()) {
                throw new IllegalArgumentException("photo is " + photo.width() + "x" + photo.height()
                        + ", garmentInPhoto " + mask.width() + "x" + mask.height());
            }
        });
    }
}
