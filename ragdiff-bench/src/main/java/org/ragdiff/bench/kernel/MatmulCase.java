package org.ragdiff.bench.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.core.tensor.Kernels;

/** [m, k] · [k, n]. */
final class MatmulCase extends KernelCase {
    private final int m;
    private final int k;
    private final int n;
    private INDArray a;
    private INDArray b;
    private INDArray out;

    MatmulCase(int m, int k, int n, Kernels.Precision precision) {
        super(precision);
        this.m = m;
        this.k = k;
        this.n = n;
    }

    static double flops(int m, int k, int n) {
        return 2.0 * m * k * n;
    }

    @Override
    void prepare() {
        a = normal(1, m, k);
        b = normal(1 / Math.sqrt(k), k, n);
        out = output(m, n);
    }

    @Override
    void compute(Kernels kernels) {
        kernels.matmul(a, false, b, false, 1, out);
    }

    @Override
    INDArray result() {
        return out;
    }

    INDArray left() {
        return a;
    }

    INDArray right() {
        return b;
    }

    @Override
    void addVariants(TorchVariants v) {
        TorchTensor pa = tensor(a);
        TorchTensor pb = tensor(b);
        v.add(
                "matmul",
                """
                def forward(self, a: Tensor, b: Tensor) -> Tensor:
                  return torch.matmul(a, b)
                """,
                pa,
                pb);
        v.add(
                "matmul out=",
                """
                def forward(self, a: Tensor, b: Tensor, out: Tensor) -> Tensor:
                  return torch.matmul(a, b, out=out)
                """,
                pa,
                pb,
                tensor(out));
    }
}
