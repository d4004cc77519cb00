package org.ragdiff.core.tensor.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Between a map [N, H, W, C] and one of twice its height and width. */
final class Resizing {
    private static final int CHANNELS_LAST = 0;

    private Resizing() {}

    /** Each large cell is its small one, times a factor. */
    static void spread(INDArray small, double factor, INDArray large) {
        Operations.run("upsampling2d", large, new INDArray[] {small}, 2, 2, CHANNELS_LAST);
        scale(large, factor);
    }

    /** Each small cell is the sum of its four, times a factor. */
    static void pool(INDArray large, double factor, INDArray small) {
        // Of the first operand only the shape counts.
        Operations.run("upsampling2d_bp", small, new INDArray[] {small, large}, CHANNELS_LAST);
        scale(small, factor);
    }

    private static void scale(INDArray a, double factor) {
        if (factor != 1) {
            a.muli(factor);
        }
    }
}
