package org.ragdiff.retrieval.structurenet;

import org.ragdiff.core.Silhouette;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.image.SourceBox;

/** Silhouettes at other sizes. Stateless. */
final class Masks {
    private Masks() {}

    /** Share of each cell that is inside, 0 to 255, row-major. */
    static byte[] shrink(Silhouette mask, int width, int height) {
        boolean[] inside = mask.toArray();
        byte[] bytes = new byte[inside.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (inside[i] ? 255 : 0);
        }
        SourceBox whole = SourceBox.whole(mask.width(), mask.height());
        return Resize.bytes(bytes, 1, mask.width(), mask.height(), whole, width, height, ResampleFilter.BOX);
    }

    /** The cells that are inside by half or more. */
    static Silhouette resize(Silhouette mask, int width, int height) {
        if (mask.width() == width && mask.height() == height) {
            return mask;
        }
        byte[] share = shrink(mask, width, height);
        boolean[] inside = new boolean[share.length];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = (share[i] & 0xff) >= 128;
        }
        return new Silhouette(width, height, inside);
    }
}
