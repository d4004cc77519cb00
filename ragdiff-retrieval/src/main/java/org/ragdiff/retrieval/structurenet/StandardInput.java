package org.ragdiff.retrieval.structurenet;

import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;

/**
 * A standard image as the standard tower sees it, in training and in inference, and the field that is
 * decoded. What lies outside the silhouette is white, whatever the image has there. Immutable.
 *
 * @param side of the tower's input, in pixels
 */
record StandardInput(int side) {
    /** Values of one standard image. */
    int length() {
        return side * side * 4;
    }

    /** Writes [side, side, 4], colours in [-1, 1] and the silhouette's share from -1 to 1, at {@code to}. */
    void write(RgbImage standard, Silhouette silhouette, float[] out, int to) {
        if (standard.width() != standard.height()
                || silhouette.width() != standard.width()
                || silhouette.height() != standard.height()) {
            throw new IllegalArgumentException("standard image is " + standard.width() + "x" + standard.height()
                    + ", its silhouette " + silhouette.width() + "x" + silhouette.height()
                    + "; expected two squares of one size");
        }
        byte[] rgb = Resize.rgb(standard, side, side, ResampleFilter.BILINEAR).rgbUnsafe();
        byte[] share = Masks.shrink(silhouette, side, side);
        for (int i = 0; i < side * side; i++) {
            float s = (share[i] & 0xff) / 255f;
            for (int c = 0; c < 3; c++) {
                out[to + i * 4 + c] = s * ((rgb[i * 3 + c] & 0xff) / 127.5f - 1) + 1 - s;
            }
            out[to + i * 4 + 3] = 2 * s - 1;
        }
    }

    /** The signed distance field of a square silhouette, of {@link StandardFrame#FIELD_SIDE} cells a side. */
    static SignedDistanceField field(Silhouette silhouette) {
        int n = StandardFrame.FIELD_SIDE;
        return SignedDistanceField.of(Masks.resize(silhouette, n, n));
    }
}
