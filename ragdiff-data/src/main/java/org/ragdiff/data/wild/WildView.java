package org.ragdiff.data.wild;

import java.util.Objects;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/**
 * A made photo of a garment whose standard image is known. Immutable.
 *
 * @param photo square
 * @param garmentMaskInPhoto where the garment is seen in {@code photo}: without what is hidden
 * @param hiddenShare share of the garment's pixels that occluders, folds and the photo's edge hide,
 *     in [0, 1]
 * @param rotationDegrees of the garment in the photo, positive is clockwise
 * @param positions where the photo's pixels lie in the standard frame, as far as they show the garment
 */
public record WildView(
        RgbImage photo,
        Silhouette garmentMaskInPhoto,
        double hiddenShare,
        double rotationDegrees,
        FramePositions positions) {
    public WildView {
        Objects.requireNonNull(photo, "photo");
        Objects.requireNonNull(garmentMaskInPhoto, "garmentMaskInPhoto");
        Objects.requireNonNull(positions, "positions");
        if (photo.width() != garmentMaskInPhoto.width() || photo.height() != garmentMaskInPhoto.height()) {
            throw new IllegalArgumentException("photo is " + photo.width() + "x" + photo.height() + ", its mask "
                    + garmentMaskInPhoto.width() + "x" + garmentMaskInPhoto.height());
        }
        if (!(hiddenShare >= 0 && hiddenShare <= 1)) {
            throw new IllegalArgumentException("hiddenShare must be in [0, 1], got " + hiddenShare);
        }
    }
}
