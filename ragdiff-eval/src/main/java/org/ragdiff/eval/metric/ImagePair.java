package org.ragdiff.eval.metric;

import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/** What comparisons of two pictures ask for. Stateless. */
final class ImagePair {
    private ImagePair() {}

    static void requireEqualSizes(RgbImage a, RgbImage b, Silhouette where) {
        if (a.width() != b.width() || a.height() != b.height()) {
            throw new IllegalArgumentException(
                    "pictures need equal sizes, got " + a + " and " + b + ": bring both to the protocol's size first");
        }
        if (where != null && (where.width() != a.width() || where.height() != a.height())) {
            throw new IllegalArgumentException("the silhouette is " + where.width() + "x" + where.height()
                    + ", the pictures are " + a.width() + "x" + a.height());
        }
    }
}
