package org.ragdiff.diffusion.pipeline;

import java.util.Objects;
import java.util.Optional;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;

/**
 * What guidance leads away from: the branches of a guided step that leave a condition out see the negative one instead
 * (negative prompts, for garments). Without guidance it has no effect.
 *
 * @param photo whose pattern is not wanted, and whose structure as the encoder reads it; any size
 * @param landmark silhouette that is not wanted
 */
public record NegativeConditions(Optional<RgbImage> photo, Optional<SignedDistanceField> landmark) {
    /** The conditions are just left out. */
    public static final NegativeConditions NONE = new NegativeConditions(Optional.empty(), Optional.empty());

    public NegativeConditions {
        Objects.requireNonNull(photo, "photo");
        Objects.requireNonNull(landmark, "landmark");
    }

    public NegativeConditions withPhoto(RgbImage other) {
        return new NegativeConditions(Optional.of(other), landmark);
    }

    public NegativeConditions withLandmark(SignedDistanceField field) {
        return new NegativeConditions(photo, Optional.of(field));
    }
}
