package org.ragdiff.bench.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.core.tensor.Kernels;

/** Attention of queries [1, tokens, channels] to as many or other keys, in heads that are slices of channels. */
final class AttentionCase extends KernelCase {
    private final int tokens;
    private final int keys;
    private final int channels;
    private final int heads;
    private INDArray q;
    private INDArray k;
    private INDArray v;
    private INDArray out;

    AttentionCase(int tokens, int keys, int channels, int heads, Kernels.Precision precision) {
        super(precision);
        this.tokens = tokens;
        this.keys = keys;
        this.channels = channels;
        this.heads = heads;
    }

    /** Scores and weighted values; the softmax is not counted. */
    static double flops(int tokens, int keys, int channels) {
        return 4.0 * tokens * keys * channels;
    }

    private double scale() {
        return 1 / Math.sqrt((double) channels / heads);
    }

    @Override
    void prepare() {
        q = normal(1, 1, tokens, channels);
        k = normal(1, 1, keys, channels);
        v = normal(1, 1, keys, channels);
        out = output(1, tokens, channels);
    }

    @Override
    void compute(Kernels kernels) {
        kernels.attention(q, k, v, null, null, heads, (float) scale(), out);
    }

    @Override
    INDArray result() {
        return out;
    }

    @Override
    void addVariants(TorchVariants variants) {
        TorchTensor pq = tensor(q);
        TorchTensor pk = tensor(k);
        TorchTensor pv = tensor(v);
        // As diffusers' AttnProcessor2_0: views of [N, T, heads, d], transposed, and back.
        variants.add(
                "scaled_dot_product_attention",
                """
                def heads(self, x: Tensor) -> Tensor:
                  return torch.transpose(torch.view(x, [1, -1, %1$d, %2$d]), 1, 2)
                def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
                  y = torch.scaled_dot_product_attention(self.heads(q), self.heads(k), self.heads(v), annotate(Optional[Tensor], None), 0., False)
                  return torch.reshape(torch.transpose(y, 1, 2), [1, -1, %3$d])
                """
                        .formatted(heads, channels / heads, channels),
                pq,
                pk,
                pv);
    }
}
