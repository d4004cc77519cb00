package org.ragdiff.eval.perceptual;

import org.ragdiff.core.RgbImage;

/** What comparisons of two pictures ask for. Stateless. */
final class PicturePair {
    private PicturePair() {}

    static void requireEqualSizes(RgbImage a, RgbImage b) {
        if (a.width() != b.width() || a.height() != b.height()) {
            throw new IllegalArgumentException(
                    "pictures need equal sizes, got " + a + " and " + b + ": bring both to the protocol's size first");
        }
    }
}
