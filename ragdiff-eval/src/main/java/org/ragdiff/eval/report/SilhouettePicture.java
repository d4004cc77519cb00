package org.ragdiff.eval.report;

import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;

/** Signed distance fields as pictures: dark inside, smooth edge, white outside. Stateless. */
public final class SilhouettePicture {
    private static final int[] INK = {46, 52, 72};

    private SilhouettePicture() {}

    /**
     * @param side of the picture, in pixels
     */
    public static RgbImage of(SignedDistanceField field, int side) {
        SignedDistanceField fine = field.resize(side);
        byte[] rgb = new byte[side * side * 3];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                // One pixel wide ramp across the outline.
                double cover = Math.max(0, Math.min(1, 0.5 - fine.at(x, y) * side));
                for (int c = 0; c < 3; c++) {
                    rgb[(y * side + x) * 3 + c] = (byte) (int) Math.round(255 + cover * (INK[c] - 255));
                }
            }
        }
        return RgbImage.wrap(side, side, rgb);
    }
}
