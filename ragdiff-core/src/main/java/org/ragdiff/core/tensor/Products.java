package org.ragdiff.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Differentiable matrix products. */
public final class Products {
    private Products() {}

    /**
     * x · wᵀ + bias over the last dimension.
     *
     * @param x [.., K]
     * @param w [N, K]
     * @param bias [N] or null
     * @return [.., N]
     */
    public static Var linear(Tape t, Var x, Var w, Var bias) {
        long k = w.size(1);
        long rows = x.value().length() / k;
        long[] shape = x.shape().clone();
        if (shape[shape.length - 1] != k) {
            throw new IllegalArgumentException(
                    "linear layer for " + k + " features got shape " + java.util.Arrays.toString(shape));
        }
        shape[shape.length - 1] = w.size(0);
        INDArray out = t.allocate(shape);
        INDArray x2 = x.value().reshape('c', rows, k);
        t.kernels().linear(x2, w.value(), bias == null ? null : bias.value(), out.reshape('c', rows, w.size(0)));
        return t.record(
                out,
                grad -> {
                    INDArray g2 = grad.reshape('c', rows, w.size(0));
                    if (x.requiresGrad()) {
                        INDArray gradX = t.allocateGradient(x);
                        t.kernels().matmul(g2, false, w.value(), false, 1, gradX.reshape('c', rows, k));
                        t.accumulate(x, gradX);
                    }
                    if (w.requiresGrad() || bias != null && bias.requiresGrad()) {
                        INDArray gradW = t.allocateGradient(w);
                        INDArray gradBias = bias == null ? null : t.allocateGradient(bias);
                        t.kernels().linearBackwardWeights(x2, g2, gradW, gradBias);
                        t.accumulate(w, gradW);
                        if (bias != null) {
                            t.accumulate(bias, gradBias);
                        }
                    }
                },
                bias == null ? new Var[] {x, w} : new Var[] {x, w, bias});
    }

    /** alpha · a · bᵀ for a [M, K], b [N, K]: all inner products of the rows. */
    public static Var innerProducts(Tape t, Var a, Var b, float alpha) {
        INDArray out = t.allocate(a.size(0), b.size(0));
        t.kernels().matmul(a.value(), false, b.value(), true, alpha, out);
        return t.record(
                out,
                grad -> {
                    if (a.requiresGrad()) {
                        INDArray gradA = t.allocate(a.shape());
                        t.kernels().matmul(grad, false, b.value(), false, alpha, gradA);
                        t.accumulate(a, gradA);
                    }
                    if (b.requiresGrad()) {
                        INDArray gradB = t.allocate(b.shape());
                        t.kernels().matmul(grad, true, a.value(), false, alpha, gradB);
                        t.accumulate(b, gradB);
                    }
                },
                a,
                b);
    }
}
