package org.ragdiff.cuda;

/**
 * A batch of row-major matrix products [M, K] · [K, N] (shapes after op).
 *
 * @param in format of both factors
 * @param out format of the result, of what is added to it and of the bias
 * @param tensorFloats whether float32 factors may be rounded to TF32
 * @param lda elements from one stored row of a to the next; b and result likewise
 * @param strideA elements from one matrix of the batch to the next
 * @param bias whether a row of N is added
 */
public record ProductSpec(
        Format in,
        Format out,
        boolean tensorFloats,
        long batch,
        long m,
        long n,
        long k,
        boolean transposeA,
        boolean transposeB,
        long lda,
        long ldb,
        long ldc,
        long strideA,
        long strideB,
        long strideC,
        boolean bias) {
    public ProductSpec {
        if (batch < 1 || m < 1 || n < 1 || k < 1) {
            throw new IllegalArgumentException(
                    "a product needs sizes of at least 1, got " + batch + " of " + m + " x " + k + " x " + n);
        }
    }

    /** Dense matrices one after the other. */
    public static ProductSpec dense(
            Format in,
            Format out,
            boolean tensorFloats,
            long batch,
            long m,
            long n,
            long k,
            boolean transposeA,
            boolean transposeB) {
        return new ProductSpec(
                in,
                out,
                tensorFloats,
                batch,
                m,
                n,
                k,
                transposeA,
                transposeB,
                transposeA ? m : k,
                transposeB ? k : n,
                n,
                m * k,
                k * n,
                m * n,
                false);
    }

    public ProductSpec withBias() {
        return new ProductSpec(
                in,
                out,
                tensorFloats,
                batch,
                m,
                n,
                k,
                transposeA,
                transposeB,
                lda,
                ldb,
                ldc,
                strideA,
                strideB,
                strideC,
                true);
    }
}
