package org.ragdiff.data.pairs;

import java.util.Objects;
import org.ragdiff.data.photo.PhotoPreparationOptions;

/**
 * How a folder of photos becomes garments.
 *
 * @param side of the standard images in pixels
 * @param preparation from photo to mask; photos below its confidence are left out
 */
public record PhotoGarmentOptions(int side, PhotoPreparationOptions preparation) {
    public PhotoGarmentOptions {
        Objects.requireNonNull(preparation, "preparation");
        if (side < 16 || side > 2048) {
            throw new IllegalArgumentException("side must be in 16..2048, got " + side);
        }
    }

    /** 128 pixels. */
    public static PhotoGarmentOptions defaults() {
        return new PhotoGarmentOptions(128, PhotoPreparationOptions.defaults());
    }

    public PhotoGarmentOptions withSide(int newSide) {
        return new PhotoGarmentOptions(newSide, preparation);
    }
}
