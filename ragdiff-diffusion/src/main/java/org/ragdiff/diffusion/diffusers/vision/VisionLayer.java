package org.ragdiff.diffusion.diffusers.vision;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Initializer;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.Attentions;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * A layer of a vision transformer (Dosovitskiy et al. 2021): attention and feed-forward, each behind a
 * normalisation and added to its input, with factors for each channel where there is layer scale.
 */
final class VisionLayer extends Module {
    private final VisionConfig config;
    private final LayerNorm norm1;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;
    private final Parameter scale1;
    private final LayerNorm norm2;
    private final Mlp mlp;
    private final Parameter scale2;

    VisionLayer(SplittableRandom random, VisionConfig config) {
        this.config = config;
        boolean dino = config.kind() == VisionConfig.Kind.DINOV2;
        int c = config.hiddenSize();
        norm1 = child(dino ? "norm1" : "layer_norm1", new LayerNorm(c, config.layerNormEps()));
        query = child(dino ? "attention.attention.query" : "self_attn.q_proj", new Linear(random, c, c));
        key = child(dino ? "attention.attention.key" : "self_attn.k_proj", new Linear(random, c, c));
        value = child(dino ? "attention.attention.value" : "self_attn.v_proj", new Linear(random, c, c));
        out = child(dino ? "attention.output.dense" : "self_attn.out_proj", new Linear(random, c, c));
        scale1 = dino ? parameter("layer_scale1.lambda1", Initializer.ones(), c) : null;
        norm2 = child(dino ? "norm2" : "layer_norm2", new LayerNorm(c, config.layerNormEps()));
        mlp = child("mlp", new Mlp(random, config));
        scale2 = dino ? parameter("layer_scale2.lambda1", Initializer.ones(), c) : null;
    }

    /** [N, T, hidden_size] to the same. */
    Var apply(Tape t, Var x) {
        return t.checkpoint(section -> run(section, x), x);
    }

    private Var run(Tape t, Var x) {
        try (Tape.Scope scope = t.scope()) {
            Var n = norm1.apply(t, x);
            Var a = Attentions.attention(
                    t, query.apply(t, n), key.apply(t, n), value.apply(t, n), null, null, config.heads());
            Var h = Elementwise.add(t, x, scaled(t, out.apply(t, a), scale1));
            Var f = mlp.apply(t, norm2.apply(t, h));
            return scope.keep(Elementwise.add(t, h, scaled(t, f, scale2)));
        }
    }

    /** x times a factor for each channel, spread by adding it to zeros: no kernel multiplies by a row. */
    private static Var scaled(Tape t, Var x, Parameter factors) {
        if (factors == null) {
            return x;
        }
        long rows = x.value().length() / factors.length();
        Var flat = Shapes.reshape(t, x, rows, factors.length());
        Var spread = Elementwise.addToSamples(t, Elementwise.scale(t, 0, flat), factors.on(t));
        return Shapes.reshape(t, Elementwise.multiply(t, flat, spread), x.shape());
    }

    /** {@code fc1}, activation, {@code fc2}. */
    static final class Mlp extends Module {
        private final Linear fc1;
        private final Linear fc2;
        private final HiddenActivation activation;

        Mlp(SplittableRandom random, VisionConfig config) {
            fc1 = child("fc1", new Linear(random, config.hiddenSize(), config.intermediateSize()));
            fc2 = child("fc2", new Linear(random, config.intermediateSize(), config.hiddenSize()));
            activation = config.activation();
        }

        Var apply(Tape t, Var x) {
            return fc2.apply(t, activation.apply(t, fc1.apply(t, x)));
        }
    }
}
