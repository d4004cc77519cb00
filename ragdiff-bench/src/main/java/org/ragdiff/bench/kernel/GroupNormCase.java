package org.ragdiff.bench.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Kernels;

/** Group normalisation and SiLU of a map [1, side, side, channels]. */
final class GroupNormCase extends KernelCase {
    private final int channels;
    private final int side;
    private final int groups;
    private INDArray x;
    private INDArray gamma;
    private INDArray beta;
    private INDArray out;
    private INDArray mean;
    private INDArray rstd;

    GroupNormCase(int channels, int side, int groups) {
        super(Kernels.Precision.F32);
        this.channels = channels;
        this.side = side;
        this.groups = groups;
    }

    @Override
    void prepare() {
        x = normal(1, 1, side, side, channels);
        gamma = normal(1, channels);
        beta = normal(1, channels);
        out = output(1, side, side, channels);
        mean = output(1, groups);
        rstd = output(1, groups);
    }

    @Override
    void compute(Kernels k) {
        k.groupNorm(x, gamma, beta, groups, 1e-5f, Activation.SILU, out, mean, rstd);
    }

    @Override
    INDArray result() {
        return out;
    }

    @Override
    void addVariants(TorchVariants v) {
        TorchTensor last = channelsLast(x);
        TorchTensor first = contiguous(last);
        TorchTensor g = tensor(gamma);
        TorchTensor b = tensor(beta);
        for (String silu : new String[] {"silu", "silu_"}) {
            String script =
                    """
                    def forward(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                      return torch.%s(torch.group_norm(x, %d, w, b, 1e-05))
                    """
                            .formatted(silu, groups);
            v.addChannelsFirst(silu + " channels_last", script, last, g, b);
            v.addChannelsFirst(silu + " contiguous", script, first, g, b);
        }
    }
}
