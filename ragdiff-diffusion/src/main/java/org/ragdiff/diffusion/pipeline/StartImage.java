package org.ragdiff.diffusion.pipeline;

import java.util.Objects;
import org.ragdiff.core.RgbImage;

/**
 * An image that a run begins with, noise on it (Meng et al. 2022, SDEdit).
 *
 * @param image a standard image, of any size; made square as photos are
 * @param strength share of the run that is carried out, in (0, 1]; 1 leaves almost nothing of the image
 */
public record StartImage(RgbImage image, double strength) {
    public StartImage {
        Objects.requireNonNull(image, "image");
        if (!(strength > 0 && strength <= 1)) {
            throw new IllegalArgumentException("strength must be in (0, 1], got " + strength);
        }
    }
}
