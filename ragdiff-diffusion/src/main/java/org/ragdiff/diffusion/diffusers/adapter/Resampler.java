package org.ragdiff.diffusion.diffusers.adapter;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Initializer;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Attentions;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * IP-Adapter Plus' projection, a perceiver resampler (Jaegle et al. 2021; Alayrac et al. 2022): learned
 * queries attend to an image's tokens and to themselves.
 */
final class Resampler extends Module implements TokenProjection {
    private static final double EPS = 1e-5;
    private static final int HEAD_CHANNELS = 64;

    private final Parameter latents;
    private final Linear projIn;
    private final List<Layer> layers = new ArrayList<>();
    private final Linear projOut;
    private final LayerNorm normOut;

    /**
     * Sizes.
     *
     * @param embedding channels of image tokens
     * @param queries tokens that come out
     * @param inner channels inside
     * @param attention channels of the attention, a multiple of 64
     * @param feedForward channels of the feed-forward layers
     * @param channels of the tokens that come out
     */
    record Sizes(int embedding, int queries, int inner, int attention, int feedForward, int channels, int layers) {}

    Resampler(SplittableRandom random, Sizes s) {
        if (s.attention() % HEAD_CHANNELS != 0) {
            throw new IllegalArgumentException(
                    "a resampler's heads have 64 channels, which do not divide " + s.attention());
        }
        Initializer start = Initializer.normal(random, 1 / Math.sqrt(s.inner()));
        latents = parameter("latents", start, 1, s.queries(), s.inner());
        projIn = child("proj_in", new Linear(random, s.embedding(), s.inner()));
        for (int i = 0; i < s.layers(); i++) {
            layers.add(child("layers." + i, new Layer(random, s)));
        }
        projOut = child("proj_out", new Linear(random, s.inner(), s.channels()));
        normOut = child("norm_out", new LayerNorm(s.channels(), EPS));
    }

    @Override
    public Module module() {
        return this;
    }

    /** [M, L, E] to [M, queries, channels]. */
    @Override
    public Var apply(Tape t, Var images) {
        int m = Math.toIntExact(images.size(0));
        long queries = latents.shape()[1];
        long inner = latents.shape()[2];
        Var row = Shapes.reshape(t, latents.on(t), queries * inner);
        Var h = Shapes.reshape(t, Shapes.repeatRow(t, row, m), m, queries, inner);
        Var x = projIn.apply(t, images);
        for (Layer layer : layers) {
            h = layer.apply(t, x, h);
        }
        return normOut.apply(t, projOut.apply(t, h));
    }

    private static final class Layer extends Module {
        private final LayerNorm norm1;
        private final LayerNorm norm2;
        private final Linear toQ;
        private final Linear toKv;
        private final Linear toOut;
        private final LayerNorm norm3;
        private final Linear wide;
        private final Linear narrow;
        private final int attention;

        Layer(SplittableRandom random, Sizes s) {
            attention = s.attention();
            norm1 = child("0.norm1", new LayerNorm(s.inner(), EPS));
            norm2 = child("0.norm2", new LayerNorm(s.inner(), EPS));
            toQ = child("0.to_q", Linear.withoutBias(random, s.inner(), attention));
            toKv = child("0.to_kv", Linear.withoutBias(random, s.inner(), 2 * attention));
            toOut = child("0.to_out", Linear.withoutBias(random, attention, s.inner()));
            norm3 = child("1.0", new LayerNorm(s.inner(), EPS));
            wide = child("1.1", Linear.withoutBias(random, s.inner(), s.feedForward()));
            narrow = child("1.3", Linear.withoutBias(random, s.feedForward(), s.inner()));
        }

        Var apply(Tape t, Var x, Var latents) {
            Var own = norm2.apply(t, latents);
            Var image = toKv.apply(t, norm1.apply(t, x));
            Var latent = toKv.apply(t, own);
            Var a = Attentions.attention(
                    t,
                    toQ.apply(t, own),
                    Shapes.sliceChannels(t, image, 0, attention),
                    Shapes.sliceChannels(t, image, attention, attention),
                    Shapes.sliceChannels(t, latent, 0, attention),
                    Shapes.sliceChannels(t, latent, attention, attention),
                    attention / HEAD_CHANNELS);
            Var h = Elementwise.add(t, latents, toOut.apply(t, a));
            Var f = Elementwise.activate(t, Activation.GELU, wide.apply(t, norm3.apply(t, h)));
            return Elementwise.add(t, h, narrow.apply(t, f));
        }
    }
}
