package org.ragdiff.data.wild;

import java.util.Optional;
import java.util.SplittableRandom;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/** What lies around a garment in made photos. Thread-safe; all randomness comes from the argument. */
public interface WildScenery {
    /**
     * A background of the given side.
     *
     * @param excludedGroup nothing of this group (the garment's own sender) may be used
     */
    RgbImage background(int side, SplittableRandom random, String excludedGroup);

    /** Another garment that may lie over the first, if the scenery has any. */
    Optional<OtherGarment> otherGarment(SplittableRandom random, String excludedGroup);

    /** Identifies the scenery's contents. */
    String fingerprint();

    /** A standard garment, used as an occluder. */
    record OtherGarment(RgbImage standard, Silhouette silhouette) {}
}
