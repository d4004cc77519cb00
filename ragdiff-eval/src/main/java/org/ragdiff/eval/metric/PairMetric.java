package org.ragdiff.eval.metric;

import org.ragdiff.core.RgbImage;

/** A figure of a generated picture and the true one. Implementations are safe to share between threads. */
@FunctionalInterface
public interface PairMetric {
    /**
     * @param generated not modified
     * @param truth of the same size; not modified
     * @throws IllegalArgumentException if the pictures cannot be compared; the message says why
     */
    double of(RgbImage generated, RgbImage truth);
}
