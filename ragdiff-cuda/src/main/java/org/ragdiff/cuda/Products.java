package org.ragdiff.cuda;

import java.util.Optional;

/** Matrix products over device addresses. Stateless. */
final class Products {
    private Products() {}

    static Gpu.Product of(Work w, ProductSpec spec) {
        return w.device()
                .product(spec)
                .orElseThrow(() -> new CudaException("cuBLASLt has no matrix product for " + spec));
    }

    /** d = alpha · op(a) · op(b). */
    static void run(Work w, ProductSpec spec, long a, long b, long d, float alpha) {
        w.product(of(w, spec), a, b, 0, d, d, alpha, 0);
    }

    /**
     * out [M, N] = x [M, K] · wᵀ + bias + other.
     *
     * @param in format of x and weights [N, K]
     * @param bias in the result's format, or 0
     * @param plainBias the same in float32, for devices without the fused form
     * @param other [M, N] in the result's format, or 0; may be out
     */
    static void linear(
            Work w,
            Format in,
            Format outFormat,
            boolean tensorFloats,
            long x,
            long weights,
            long bias,
            long plainBias,
            long other,
            long out,
            long m,
            long n,
            long k) {
        ProductSpec spec = ProductSpec.dense(in, outFormat, tensorFloats, 1, m, n, k, false, true);
        float beta = other == 0 ? 0 : 1;
        long c = other == 0 ? out : other;
        if (bias != 0) {
            Optional<Gpu.Product> fused = w.device().product(spec.withBias());
            if (fused.isPresent()) {
                w.product(fused.get(), x, weights, bias, c, out, 1, beta);
                return;
            }
        }
        w.product(of(w, spec), x, weights, 0, c, out, 1, beta);
        Pointwise.epilogue(w, outFormat, out, plainBias, org.ragdiff.core.tensor.Activation.NONE, 0, n, m * n);
    }
}
