package org.ragdiff.core.image;

/**
 * A rectangle of a picture in pixels, edges included in fractions.
 *
 * @param left from 0
 * @param top from 0
 * @param right above left
 * @param bottom above top
 */
public record SourceBox(double left, double top, double right, double bottom) {
    public SourceBox {
        if (!(left >= 0 && top >= 0 && right > left && bottom > top)
                || !Double.isFinite(right)
                || !Double.isFinite(bottom)) {
            throw new IllegalArgumentException("box needs 0 <= left < right and 0 <= top < bottom, got " + left + ", "
                    + top + ", " + right + ", " + bottom);
        }
    }

    /** All of a picture. */
    public static SourceBox whole(int width, int height) {
        return new SourceBox(0, 0, width, height);
    }
}
