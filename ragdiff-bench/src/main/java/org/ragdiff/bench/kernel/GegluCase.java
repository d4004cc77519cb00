package org.ragdiff.bench.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.core.tensor.Kernels;

/** GEGLU of rows [rows, 2 · channels]. */
final class GegluCase extends KernelCase {
    private final int rows;
    private final int channels;
    private INDArray x;
    private INDArray out;

    GegluCase(int rows, int channels) {
        super(Kernels.Precision.F32);
        this.rows = rows;
        this.channels = channels;
    }

    @Override
    void prepare() {
        x = normal(1, rows, 2L * channels);
        out = output(rows, channels);
    }

    @Override
    void compute(Kernels k) {
        k.geglu(x, out);
    }

    @Override
    INDArray result() {
        return out;
    }

    @Override
    void addVariants(TorchVariants v) {
        TorchTensor px = tensor(x);
        v.add(
                "gelu, mul",
                """
                def forward(self, x: Tensor) -> Tensor:
                  h, gate = torch.chunk(x, 2, -1)
                  return torch.mul(h, torch.gelu(gate))
                """,
                px);
        v.add(
                "gelu, mul_",
                """
                def forward(self, x: Tensor) -> Tensor:
                  h, gate = torch.chunk(x, 2, -1)
                  return torch.mul_(torch.gelu(gate), h)
                """,
                px);
    }
}
