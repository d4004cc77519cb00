package org.ragdiff.data.photo;

import java.util.Objects;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/**
 * A photo of one lying or hanging garment turned into its standard image. Immutable.
 *
 * @param standard the garment in the standard frame, square, on white, antialiased, without the
 *     background's colour at its edges
 * @param silhouette of {@code standard}, same size
 * @param confidence in [0, 1]: how likely the mask is right; see {@link MaskQuality}
 * @param quality what the confidence was computed from
 * @param photo the photo at working size, in which {@code photoMask} lies
 * @param photoMask the garment's mask in {@code photo}, same size
 */
public record PreparedGarment(
        RgbImage standard,
        Silhouette silhouette,
        double confidence,
        MaskQuality quality,
        RgbImage photo,
        Silhouette photoMask) {
    public PreparedGarment {
        Objects.requireNonNull(standard, "standard");
        Objects.requireNonNull(silhouette, "silhouette");
        Objects.requireNonNull(quality, "quality");
        Objects.requireNonNull(photo, "photo");
        Objects.requireNonNull(photoMask, "photoMask");
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("confidence must be in [0, 1], got " + confidence);
        }
    }

    /** The photo's garment on white, in the photo's own frame and position. */
    public RgbImage cutout() {
        byte[] rgb = photo.rgb();
        int width = photo.width();
        for (int i = 0; i < rgb.length; i++) {
            int pixel = i / 3;
            if (!photoMask.at(pixel % width, pixel / width)) {
                rgb[i] = (byte) 255;
            }
        }
        return RgbImage.wrap(width, photo.height(), rgb);
    }
}
