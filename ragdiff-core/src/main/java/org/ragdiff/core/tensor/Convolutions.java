package org.ragdiff.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Differentiable 2-D convolution over feature maps [N, H, W, C]. */
public final class Convolutions {
    private Convolutions() {}

    /**
     * Transposed convolution: the map whose matrix is that of {@link #conv2d} transposed, torch's conv_transpose2d.
     * Cannot be recorded in a plan.
     *
     * @param x [N, H, W, Ci]
     * @param w [Ci, Co, kh, kw]
     * @param bias [Co]
     * @param geometry of the convolution that is transposed: its stride multiplies the sides, its padding is cut off
     * @return [N, (H − 1) · stride + kh − top − bottom, likewise, Co]
     */
    public static Var convTranspose2d(Tape t, Var x, Var w, Var bias, Convolution geometry) {
        long s = geometry.stride();
        INDArray out = t.allocate(
                x.size(0),
                (x.size(1) - 1) * s + w.size(2) - geometry.top() - geometry.bottom(),
                (x.size(2) - 1) * s + w.size(3) - geometry.left() - geometry.right(),
                w.size(1));
        t.kernels().conv2dBackwardData(x.value(), w.value(), geometry, out);
        Var product = t.record(
                out,
                grad -> {
                    if (x.requiresGrad()) {
                        INDArray gradX = t.allocate(x.shape());
                        t.kernels().conv2d(grad, w.value(), null, geometry, gradX);
                        t.accumulate(x, gradX);
                    }
                    if (w.requiresGrad()) {
                        INDArray gradW = t.allocateGradient(w);
                        t.kernels().conv2dBackwardWeights(grad, x.value(), geometry, gradW, null);
                        t.accumulate(w, gradW);
                    }
                },
                x,
                w);
        return Elementwise.addRow(t, product, Shapes.repeatRow(t, bias, Math.toIntExact(x.size(0))));
    }

    /**
     * @param x [N, H, W, Ci]
     * @param w [Co, Ci, kh, kw]
     * @param bias [Co] or null
     * @return [N, Ho, Wo, Co]
     */
    public static Var conv2d(Tape t, Var x, Var w, Var bias, Convolution geometry) {
        INDArray out = t.allocate(
                x.size(0),
                geometry.outHeight(x.size(1), w.size(2)),
                geometry.outWidth(x.size(2), w.size(3)),
                w.size(0));
        t.kernels().conv2d(x.value(), w.value(), bias == null ? null : bias.value(), geometry, out);
        return t.record(
                out,
                grad -> {
                    if (x.requiresGrad()) {
                        INDArray gradX = t.allocateGradient(x);
                        t.kernels().conv2dBackwardData(grad, w.value(), geometry, gradX);
                        t.accumulate(x, gradX);
                    }
                    if (w.requiresGrad() || bias != null && bias.requiresGrad()) {
                        INDArray gradW = t.allocateGradient(w);
                        INDArray gradBias = bias == null ? null : t.allocateGradient(bias);
                        t.kernels().conv2dBackwardWeights(x.value(), grad, geometry, gradW, gradBias);
                        t.accumulate(w, gradW);
                        if (bias != null) {
                            t.accumulate(bias, gradBias);
                        }
                    }
                },
                bias == null ? new Var[] {x, w} : new Var[] {x, w, bias});
    }
}
