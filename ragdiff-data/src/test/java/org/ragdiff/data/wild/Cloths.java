package org.ragdiff.data.wild;

import java.util.function.BiPredicate;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/** Flat garments of one colour and a shape given by a formula. */
final class Cloths {
    static final int SIDE = 128;
    static final int[] COLOUR = {180, 60, 90};

    private Cloths() {}

    /** @param inside of points in -0.5..0.5, the middle of the frame at 0 */
    static Silhouette shape(int side, BiPredicate<Double, Double> inside) {
        boolean[] out = new boolean[side * side];
        for (int i = 0; i < out.length; i++) {
            out[i] = inside.test((i % side + 0.5) / side - 0.5, (i / side + 0.5) / side - 0.5);
        }
        return new Silhouette(side, side, out);
    }

    /** Half axes as shares of the frame. */
    static Silhouette ellipse(double rx, double ry) {
        return shape(SIDE, (x, y) -> x * x / (rx * rx) + y * y / (ry * ry) < 1);
    }

    /** On white. */
    static RgbImage standard(Silhouette s) {
        byte[] rgb = new byte[3 * s.width() * s.height()];
        boolean[] inside = s.toArray();
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (inside[i / 3] ? COLOUR[i % 3] : 255);
        }
        return RgbImage.wrap(s.width(), s.height(), rgb);
    }
}
