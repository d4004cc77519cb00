package org.ragdiff.data.dataset;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.data.photo.GarmentWindow;

/**
 * What a data set's pictures do not say by themselves. Immutable; thread-safe if the functions are.
 *
 * @param name identifies the rules in fingerprints
 * @param flatSilhouette the silhouette, of the picture's size, of a garment on white or nearly white ground; empty if
 *     none is seen. Asked for flats without a mask
 * @param photoWindow the part of a photo to use; empty for all of it. Asked for photos without a mask
 */
public record PictureRules(
        String name,
        Function<RgbImage, Silhouette> flatSilhouette,
        Function<RgbImage, Optional<GarmentWindow>> photoWindow) {
    public PictureRules {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(flatSilhouette, "flatSilhouette");
        Objects.requireNonNull(photoWindow, "photoWindow");
    }

    /** Photos without a mask are used whole. */
    public static PictureRules wholePhotos(String name, Function<RgbImage, Silhouette> flatSilhouette) {
        return new PictureRules(name, flatSilhouette, photo -> Optional.empty());
    }
}
