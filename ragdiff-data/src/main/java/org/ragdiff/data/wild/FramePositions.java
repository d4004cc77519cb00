package org.ragdiff.data.wild;

import java.util.Objects;

/**
 * Where the pixels of a made photo lie in the standard frame: the truth that a pattern alignment is trained
 * on. Positions are continuous and reach beyond the frame where the photo shows more than the garment.
 * The arrays are not copied and not to be modified.
 *
 * @param side of the square photo in pixels
 * @param x across the frame, in fractions of its side, row-major by the photo's pixels (at their centres)
 * @param y down the frame, likewise
 */
public record FramePositions(int side, float[] x, float[] y) {
    public FramePositions {
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(y, "y");
        if (side < 1 || x.length != side * side || y.length != side * side) {
            throw new IllegalArgumentException(
                    "positions of a photo of side " + side + " with " + x.length + " and " + y.length + " values");
        }
    }

    /** Of maps in pixels of a standard image, whose centres are at whole numbers. */
    static FramePositions ofPixels(int side, float[] mapX, float[] mapY, int garmentSide) {
        return new FramePositions(side, fractions(mapX, garmentSide), fractions(mapY, garmentSide));
    }

    private static float[] fractions(float[] pixels, int side) {
        float[] out = new float[pixels.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (pixels[i] + 0.5f) / side;
        }
        return out;
    }
}
