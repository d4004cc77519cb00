package org.ragdiff.retrieval.structurenet;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.Initializer;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * A small vision transformer (Dosovitskiy et al. 2021): patches of 8 by 8 pixels, learned positions, layers that
 * normalise first. It has as many layers as {@link TowerConfig#blocks} together, of the channels at ⅛ of the side.
 * The tokens are flattened, not averaged, as in the {@link ConvTower}.
 */
final class VitTower extends Tower {
    static final String NAME = "vit";

    private static final double EPS = 1e-6;
    private static final int PATCH = 8;
    private static final int HEAD = 32;

    private final int width;
    private final Conv2d patches;
    private final Parameter positions;
    private final List<Layer> layers = new ArrayList<>();
    private final LayerNorm norm;
    private final Linear head;

    VitTower(SplittableRandom random, int inChannels, TowerConfig config) {
        super(inChannels, config);
        width = config.channels().get(2);
        long tokens = (long) (config.side() / PATCH) * (config.side() / PATCH);
        patches = child("patch_in", new Conv2d(random, inChannels, width, PATCH, Convolution.of(PATCH, 0)));
        positions = parameter("positions", Initializer.normal(random, 0.1), 1L, tokens * width);
        int depth = config.blocks().stream().mapToInt(b -> b).sum();
        for (int i = 0; i < depth; i++) {
            layers.add(child("layers." + i, new Layer(random, width)));
        }
        norm = child("norm", new LayerNorm(width, EPS));
        head = child("head", new Linear(random, Math.toIntExact(tokens * width), config.hidden()));
    }

    @Override
    int tokenWidth() {
        return width;
    }

    @Override
    Features features(Tape t, Var images) {
        Var x = Shapes.tokens(t, patches.apply(t, images));
        long n = x.size(0);
        long each = x.size(1) * x.size(2);
        Var placed = Elementwise.addRow(t, Shapes.reshape(t, x, 1, n, each), positions.on(t));
        x = Shapes.reshape(t, placed, n, x.size(1), x.size(2));
        for (Layer layer : layers) {
            x = layer.apply(t, x);
        }
        x = norm.apply(t, x);
        return new Features(x, head.apply(t, Shapes.reshape(t, x, n, each)));
    }

    /** Attention among tokens, two dense layers; each after its norm, added. */
    private static final class Layer extends Module {
        private final LayerNorm norm1;
        private final Attention attention;
        private final LayerNorm norm2;
        private final Linear in;
        private final Linear out;

        Layer(SplittableRandom random, int width) {
            norm1 = child("norm1", new LayerNorm(width, EPS));
            int heads = width % HEAD == 0 ? width / HEAD : 1;
            attention = child("attn1", new Attention(random, width, width, heads));
            norm2 = child("norm2", new LayerNorm(width, EPS));
            in = child("ff.0", new Linear(random, width, 4 * width));
            out = child("ff.2", new Linear(random, 4 * width, width));
        }

        Var apply(Tape t, Var x) {
            Var own = norm1.apply(t, x);
            Var h = Elementwise.add(t, x, attention.apply(t, own, attention.project(t, own), null));
            Var wide = Elementwise.activate(t, Activation.SILU, in.apply(t, norm2.apply(t, h)));
            return Elementwise.add(t, h, out.apply(t, wide));
        }
    }
}
