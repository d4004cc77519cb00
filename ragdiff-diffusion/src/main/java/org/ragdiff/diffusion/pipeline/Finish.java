package org.ragdiff.diffusion.pipeline;

import java.util.Objects;

/**
 * What is done to a decoded picture before the photo's own pixels are laid over it. Immutable.
 *
 * @param background cleaning
 * @param matte the landmark's outline
 */
public record Finish(WhiteBackground background, LandmarkMatte matte) {
    public Finish {
        Objects.requireNonNull(background, "background");
        Objects.requireNonNull(matte, "matte");
    }
}
