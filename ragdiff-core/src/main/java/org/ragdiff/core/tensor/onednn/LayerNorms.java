package org.ragdiff.core.tensor.onednn;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Layer normalisation of arrays by {@link LayerNormForward}, compiled once for each shape. Stateless. */
final class LayerNorms {
    private LayerNorms() {}

    static void forward(
            ExecutionState s,
            INDArray x,
            INDArray gamma,
            INDArray beta,
            float eps,
            INDArray out,
            INDArray mean,
            INDArray rstd) {
        long m = x.size(0);
        long c = x.size(1);
        s.cache()
                .get(
                        new ShapeKey("layerNorm", m, c, Float.floatToIntBits(eps)),
                        LayerNormForward.class,
                        () -> LayerNormForward.compile(m, c, eps, true, false))
                .run(
                        s,
                        RawAddress.of(x),
                        RawAddress.of(gamma),
                        RawAddress.of(beta),
                        RawAddress.of(out),
                        RawAddress.of(mean),
                        RawAddress.of(rstd));
    }
}
