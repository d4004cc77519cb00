package org.ragdiff.data.wild;

import java.util.Optional;
import java.util.SplittableRandom;
import org.ragdiff.core.RgbImage;

/** Made backgrounds only, no other garments. Immutable, thread-safe. */
public final class ProceduralScenery implements WildScenery {
    @Override
    public RgbImage background(int side, SplittableRandom random, String excludedGroup) {
        return ProceduralBackgrounds.sample(side, random);
    }

    @Override
    public Optional<OtherGarment> otherGarment(SplittableRandom random, String excludedGroup) {
        return Optional.empty();
    }

    @Override
    public String fingerprint() {
        return "procedural-scenery-1";
    }
}
