package org.ragdiff.bench.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.core.tensor.Kernels;

/** Layer normalisation of rows [rows, channels]. */
final class LayerNormCase extends KernelCase {
    private final int rows;
    private final int channels;
    private INDArray x;
    private INDArray gamma;
    private INDArray beta;
    private INDArray out;
    private INDArray mean;
    private INDArray rstd;

    LayerNormCase(int rows, int channels) {
        super(Kernels.Precision.F32);
        this.rows = rows;
        this.channels = channels;
    }

    @Override
    void prepare() {
        x = normal(1, rows, channels);
        gamma = normal(1, channels);
        beta = normal(1, channels);
        out = output(rows, channels);
        mean = output(rows);
        rstd = output(rows);
    }

    @Override
    void compute(Kernels k) {
        k.layerNorm(x, gamma, beta, 1e-5f, out, mean, rstd);
    }

    @Override
    INDArray result() {
        return out;
    }

    @Override
    void addVariants(TorchVariants v) {
        v.add(
                "layer_norm",
                """
                def forward(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                  return torch.layer_norm(x, [%d], w, b, 1e-05)
                """
                        .formatted(channels),
                tensor(x),
                tensor(gamma),
                tensor(beta));
    }
}
