package org.ragdiff.bench.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Products;

/** As networks run it (compiled, weights packed once): a linear layer with bias, [rows, from] to [rows, to]. */
final class LinearCase extends KernelCase {
    private final int rows;
    private final int from;
    private final int to;
    private INDArray x;
    private INDArray w;
    private INDArray bias;
    private Plan plan;

    LinearCase(int rows, int from, int to, Kernels.Precision precision) {
        super(precision);
        this.rows = rows;
        this.from = from;
        this.to = to;
    }

    @Override
    void prepare() {
        x = normal(1, rows, from);
        w = normal(1 / Math.sqrt(from), to, from);
        bias = normal(1, to);
    }

    @Override
    void compute(Kernels k) {
        plan = plan(k, x, (t, rows) -> Products.linear(t, rows, t.constant(w), t.constant(bias)));
        plan.run();
    }

    @Override
    INDArray result() {
        return result(plan);
    }

    @Override
    void addVariants(TorchVariants v) {
        v.add(
                "linear",
                """
                def forward(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                  return torch.linear(x, w, b)
                """,
                tensor(x),
                tensor(w),
                tensor(bias));
    }
}
