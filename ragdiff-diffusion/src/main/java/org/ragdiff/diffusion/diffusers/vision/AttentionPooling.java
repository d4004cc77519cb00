package org.ragdiff.diffusion.diffusers.vision;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Initializer;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.Attentions;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Products;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * SigLIP's pooling head (Zhai et al. 2023): a learned query attends to all tokens; names and the joint
 * projection of torch.nn.MultiheadAttention.
 */
final class AttentionPooling extends Module {
    private final VisionConfig config;
    private final Parameter probe;
    private final Parameter inWeight;
    private final Parameter inBias;
    private final Linear out;
    private final LayerNorm norm;
    private final VisionLayer.Mlp mlp;

    AttentionPooling(SplittableRandom random, VisionConfig config) {
        this.config = config;
        int c = config.hiddenSize();
        probe = parameter("probe", Initializer.normal(random, 1), 1, 1, c);
        inWeight = parameter("attention.in_proj_weight", Initializer.torchDefault(random, c), 3L * c, c);
        inBias = parameter("attention.in_proj_bias", Initializer.zeros(), 3L * c);
        out = child("attention.out_proj", new Linear(random, c, c));
        norm = child("layernorm", new LayerNorm(c, config.layerNormEps()));
        mlp = child("mlp", new VisionLayer.Mlp(random, config));
    }

    /** [N, T, hidden_size] to [N, hidden_size]. */
    Var apply(Tape t, Var x) {
        int n = Math.toIntExact(x.size(0));
        int c = config.hiddenSize();
        Var row = Shapes.reshape(t, probe.on(t), 1, c);
        Var q = Shapes.sliceChannels(t, Products.linear(t, row, inWeight.on(t), inBias.on(t)), 0, c);
        q = Shapes.reshape(t, Shapes.repeatRow(t, Shapes.reshape(t, q, c), n), n, 1, c);
        Var all = Products.linear(t, x, inWeight.on(t), inBias.on(t));
        Var k = Shapes.sliceChannels(t, all, c, c);
        Var v = Shapes.sliceChannels(t, all, 2 * c, c);
        Var h = out.apply(t, Attentions.attention(t, q, k, v, null, null, config.heads()));
        h = Elementwise.add(t, h, mlp.apply(t, norm.apply(t, h)));
        return Shapes.reshape(t, h, n, c);
    }
}
