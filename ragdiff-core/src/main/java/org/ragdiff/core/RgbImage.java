package org.ragdiff.core;

import java.util.Arrays;
import java.util.Objects;

/**
 * An 8-bit sRGB picture, row-major, three bytes a pixel. Immutable: the array is copied on the way
 * in and out; {@link #rgbUnsafe()} is the exception for hot loops, which must not write to it.
 */
public final class RgbImage {
    private final int width;
    private final int height;
    private final byte[] rgb;

    /**
     * @param rgb {@code height * width * 3} bytes, row-major, order R, G, B; copied
     */
    public RgbImage(int width, int height, byte[] rgb) {
        this(width, height, rgb.clone(), true);
    }

    private RgbImage(int width, int height, byte[] rgb, boolean owned) {
        if (width <= 0 || height <= 0) {
            throw new IllegalArgumentException("image size must be positive, got " + width + "x" + height);
        }
        if (rgb.length != 3L * width * height) {
            throw new IllegalArgumentException("rgb has " + rgb.length + " bytes, expected " + 3L * width * height
                    + " for " + width + "x" + height);
        }
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /** Wraps without a copy; the caller gives the array away. */
    public static RgbImage wrap(int width, int height, byte[] rgb) {
        return new RgbImage(width, height, Objects.requireNonNull(rgb, "rgb"), true);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** A copy of the pixels. */
    public byte[] rgb() {
        return rgb.clone();
    }

    /** The pixels themselves; not to be modified. */
    public byte[] rgbUnsafe() {
        return rgb;
    }

    /** Channel {@code c} (0 R, 1 G, 2 B) at column x, row y, in 0..255. */
    public int at(int x, int y, int c) {
        return rgb[(y * width + x) * 3 + c] & 0xff;
    }

    /** Left and right exchanged. */
    public RgbImage mirrored() {
        byte[] out = new byte[rgb.length];
        for (int i = 0; i < width * height; i++) {
            System.arraycopy(rgb, 3 * i, out, 3 * (i / width * width + width - 1 - i % width), 3);
        }
        return wrap(width, height, out);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof RgbImage i && i.width == width && i.height == height && Arrays.equals(i.rgb, rgb);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(rgb);
    }

    @Override
    public String toString() {
        return "RgbImage[" + width + "x" + height + "]";
    }
}
