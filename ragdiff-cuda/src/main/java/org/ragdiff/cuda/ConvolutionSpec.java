package org.ragdiff.cuda;

import org.ragdiff.core.tensor.Convolution;

/**
 * A convolution of x [N, H, W, Ci] by w [Co, kh, kw, Ci] to y [N, Ho, Wo, Co].
 *
 * @param kind which of the three is computed of the other two
 * @param format of all three
 * @param tensorFloats whether float32 factors may be rounded to TF32
 */
public record ConvolutionSpec(
        Kind kind,
        Format format,
        boolean tensorFloats,
        long n,
        long height,
        long width,
        long in,
        long out,
        long kernelHeight,
        long kernelWidth,
        Convolution geometry) {
    public enum Kind {
        FORWARD,
        /** The gradient of x. */
        DATA,
        /** The gradient of w. */
        WEIGHTS
    }

    public long outHeight() {
        return geometry.outHeight(height, kernelHeight);
    }

    public long outWidth() {
        return geometry.outWidth(width, kernelWidth);
    }

    /** Positions of the result in the whole batch. */
    long rows() {
        return n * outHeight() * outWidth();
    }

    /** Values that a result depends on. */
    long field() {
        return kernelHeight * kernelWidth * in;
    }

    /** Whether it is a matrix product as it stands. */
    boolean isProduct() {
        return kernelHeight == 1 && kernelWidth == 1 && geometry.equals(Convolution.of(1, 0));
    }
}
