package org.ragdiff.bench.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.core.tensor.Kernels;

/** The sum of two arrays [rows, channels]. */
final class AddCase extends KernelCase {
    private final int rows;
    private final int channels;
    private INDArray a;
    private INDArray b;
    private INDArray out;

    AddCase(int rows, int channels) {
        super(Kernels.Precision.F32);
        this.rows = rows;
        this.channels = channels;
    }

    @Override
    void prepare() {
        a = normal(1, rows, channels);
        b = normal(1, rows, channels);
        out = output(rows, channels);
    }

    @Override
    void compute(Kernels k) {
        k.axpby(1, a, 1, b, out);
    }

    @Override
    INDArray result() {
        return out;
    }

    @Override
    void addVariants(TorchVariants v) {
        TorchTensor pa = tensor(a);
        TorchTensor pb = tensor(b);
        v.add(
                "add",
                """
                def forward(self, a: Tensor, b: Tensor) -> Tensor:
                  return torch.add(a, b)
                """,
                pa,
                pb);
        v.add(
                "add out=",
                """
                def forward(self, a: Tensor, b: Tensor, out: Tensor) -> Tensor:
                  return torch.add(a, b, out=out)
                """,
                pa,
                pb,
                tensor(out));
    }
}
