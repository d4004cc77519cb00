package org.ragdiff.diffusion.diffusers.unet;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * diffusers' Transformer2DModel for feature maps: norm, {@code proj_in}, transformer blocks, {@code
 * proj_out}, plus the input. The projections are 1x1 convolutions or, with the same effect and other
 * shapes of weights, matrices.
 */
final class Transformer2DModel extends Module {
    private static final double EPS = 1e-6;

    private final GroupNorm norm;
    private final Conv2d convIn;
    private final Conv2d convOut;
    private final Linear linearIn;
    private final Linear linearOut;
    private final List<BasicTransformerBlock> blocks = new ArrayList<>();

    Transformer2DModel(SplittableRandom random, UNet2DConfig config, int level) {
        int c = config.blockOutChannels().get(level);
        boolean linear = config.linearProjection();
        norm = child("norm", new GroupNorm(config.normGroups(), c, EPS));
        convIn = linear ? null : child("proj_in", new Conv2d(random, c, c, 1));
        linearIn = linear ? child("proj_in", new Linear(random, c, c)) : null;
        for (int i = 0; i < config.transformerLayers().get(level); i++) {
            int heads = config.attentionHeads().get(level);
            int context = config.crossAttentionDim().get(level);
            blocks.add(child("transformer_blocks." + i, new BasicTransformerBlock(random, c, heads, context)));
        }
        convOut = linear ? null : child("proj_out", new Conv2d(random, c, c, 1));
        linearOut = linear ? child("proj_out", new Linear(random, c, c)) : null;
    }

    List<BasicTransformerBlock> blocks() {
        return blocks;
    }

    /** [N, h, w, channels] to the same. */
    Var apply(Tape t, Var x, AttentionContext context) {
        try (Tape.Scope scope = t.scope()) {
            Var h = norm.apply(t, x);
            h = linearIn == null ? Shapes.tokens(t, convIn.apply(t, h)) : linearIn.apply(t, Shapes.tokens(t, h));
            for (BasicTransformerBlock block : blocks) {
                h = block.apply(t, h, context);
            }
            Var out = linearOut == null ? h : linearOut.apply(t, h);
            out = Shapes.reshape(t, out, x.shape());
            return scope.keep(Elementwise.add(t, x, linearOut == null ? convOut.apply(t, out) : out));
        }
    }
}
