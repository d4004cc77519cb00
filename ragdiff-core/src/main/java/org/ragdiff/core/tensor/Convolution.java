package org.ragdiff.core.tensor;

/**
 * Geometry of a square-strided 2-D convolution with explicit zero padding.
 *
 * @param stride step along both sides, at least 1
 * @param top rows of zeros above, and so on for each side
 */
public record Convolution(int stride, int top, int left, int bottom, int right) {
    public Convolution {
        if (stride < 1 || top < 0 || left < 0 || bottom < 0 || right < 0) {
            throw new IllegalArgumentException("stride must be at least 1 and padding at least 0, got stride " + stride
                    + ", padding " + top + ", " + left + ", " + bottom + ", " + right);
        }
    }

    /** Stride 1 and the padding that keeps the size for an odd kernel. */
    public static Convolution same(int kernel) {
        return of(1, kernel / 2);
    }

    /** The same padding on all sides. */
    public static Convolution of(int stride, int padding) {
        return new Convolution(stride, padding, padding, padding, padding);
    }

    public long outHeight(long height, long kernel) {
        return (height + top + bottom - kernel) / stride + 1;
    }

    public long outWidth(long width, long kernel) {
        return (width + left + right - kernel) / stride + 1;
    }
}
