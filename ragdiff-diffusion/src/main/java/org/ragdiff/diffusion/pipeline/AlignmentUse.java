package org.ragdiff.diffusion.pipeline;

import java.util.Objects;

/**
 * What the aligned photo adds of its own, beside being what the reference network reads. Immutable.
 *
 * @param pattern its pixels, laid over the result
 * @param silhouette its outline, mixed into the one that the database is asked for
 */
public record AlignmentUse(PatternTransfer pattern, SilhouetteFusion silhouette) {
    public AlignmentUse {
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(silhouette, "silhouette");
    }
}
