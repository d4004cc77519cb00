package org.ragdiff.bench.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Convolutions;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Var;

/** As networks run it (compiled, weights packed once): a convolution with bias of a map [1, side, side, from] to channels {@code to}, and SiLU where it has one. */
final class ConvolutionCase extends KernelCase {
    private final int from;
    private final int to;
    private final int side;
    private final int kernel;
    private final int stride;
    private final boolean silu;
    private INDArray x;
    private INDArray w;
    private INDArray bias;
    private Plan plan;

    ConvolutionCase(int from, int to, int side, int kernel, int stride, boolean silu, Kernels.Precision precision) {
        super(precision);
        this.silu = silu;
        this.from = from;
        this.to = to;
        this.side = side;
        this.kernel = kernel;
        this.stride = stride;
    }

    /** Two operations for each product. */
    static double flops(int from, int to, int side, int kernel, int stride) {
        double outSide = (double) side / stride;
        return 2 * outSide * outSide * from * to * kernel * kernel;
    }

    @Override
    void prepare() {
        x = normal(1, 1, side, side, from);
        w = normal(1 / Math.sqrt((double) from * kernel * kernel), to, from, kernel, kernel);
        bias = normal(1, to);
    }

    @Override
    void compute(Kernels k) {
        plan = plan(k, x, (t, map) -> {
            Var y = Convolutions.conv2d(t, map, t.constant(w), t.constant(bias), Convolution.of(stride, kernel / 2));
            return silu ? Elementwise.activate(t, Activation.SILU, y) : y;
        });
        plan.run();
    }

    @Override
    INDArray result() {
        return result(plan);
    }

    INDArray input() {
        return x;
    }

    INDArray weights() {
        return w;
    }

    INDArray bias() {
        return bias;
    }

    int stride() {
        return stride;
    }

    boolean hasSilu() {
        return silu;
    }

    @Override
    void addVariants(TorchVariants v) {
        String script =
                """
                def forward(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                  y = torch.conv2d(x, w, b, [%1$d, %1$d], [%2$d, %2$d], [1, 1], 1)
                  return %3$s
                """
                        .formatted(stride, kernel / 2, silu ? "torch.silu_(y)" : "y");
        TorchTensor last = channelsLast(x);
        TorchTensor first = contiguous(last);
        TorchTensor weights = tensor(w);
        TorchTensor weightsLast =
                kept(contiguous(kept(weights.permute(0, 2, 3, 1))).permute(0, 3, 1, 2));
        TorchTensor b = tensor(bias);
        v.addChannelsFirst("channels_last", script, last, weightsLast, b);
        v.addChannelsFirst("contiguous", script, first, weights, b);
    }
}
