package org.ragdiff.diffusion.diffusers.dit;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.nn.FeedForward;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.PlainLayerNorm;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * A block with adaLN-Zero (Peebles and Xie 2023, figure 3): scale, shift and gate of attention and of the feed-forward
 * network come from timestep and class.
 */
final class DiTBlock extends Module {
    private final LabelEmbedding embedding;
    private final Linear modulation;
    private final Attention attention;
    private final FeedForward feedForward;
    private final PlainLayerNorm first;
    private final PlainLayerNorm second;
    private final int channels;

    DiTBlock(SplittableRandom random, DiTConfig config, PlainLayerNorm first, PlainLayerNorm second) {
        this.channels = config.channels();
        this.first = first;
        this.second = second;
        embedding = child("norm1.emb", new LabelEmbedding(random, channels, config.classes()));
        modulation = child("norm1.linear", new Linear(random, channels, 6 * channels));
        attention = child("attn1", Attention.withBias(random, channels, channels, config.heads()));
        feedForward = child("ff", new FeedForward(random, channels, 4, Activation.GELU_TANH));
    }

    LabelEmbedding embedding() {
        return embedding;
    }

    /** Tokens [N, T, channels] to the same. */
    Var apply(Tape t, Var x, Var timeCode, int[] labels) {
        Var six = modulation.apply(t, embedding.apply(t, timeCode, labels));
        Var n = PlainLayerNorm.modulated(t, first.apply(t, x), part(t, six, 1), part(t, six, 0));
        Var a = attention.apply(t, n, attention.project(t, n), null);
        Var h = Elementwise.add(t, x, PlainLayerNorm.gated(t, a, part(t, six, 2)));
        Var m = PlainLayerNorm.modulated(t, second.apply(t, h), part(t, six, 4), part(t, six, 3));
        return Elementwise.add(t, h, PlainLayerNorm.gated(t, feedForward.apply(t, m), part(t, six, 5)));
    }

    private Var part(Tape t, Var six, int i) {
        return Shapes.sliceChannels(t, six, i * channels, channels);
    }
}
