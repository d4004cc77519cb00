package org.ragdiff.diffusion.unet;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.nn.Attention.KeyValue;
import org.ragdiff.core.nn.FeedForward;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * diffusers' BasicTransformerBlock: {@code attn1} reads own and reference tokens, {@code attn2} the
 * structure tokens (the decoupled cross-attention of IP-Adapter, Ye et al. 2023, with no text beside it),
 * {@code ff} is GEGLU.
 */
final class TransformerBlock extends Module {
    private static final double EPS = 1e-5;

    private final LayerNorm norm1;
    private final ReferenceAttention attn1;
    private final LayerNorm norm2;
    private final Attention attn2;
    private final LayerNorm norm3;
    private final FeedForward ff;

    /** @param context channels of the structure tokens, or 0 for a block without {@code attn2} */
    TransformerBlock(
            SplittableRandom random, int channels, int context, int headChannels, int multiplier, boolean ownTokens) {
        int heads = channels / headChannels;
        norm1 = child("norm1", new LayerNorm(channels, EPS));
        attn1 = child("attn1", new ReferenceAttention(random, channels, heads, ownTokens));
        norm2 = context == 0 ? null : child("norm2", new LayerNorm(channels, EPS));
        attn2 = context == 0 ? null : child("attn2", new Attention(random, channels, context, heads));
        norm3 = child("norm3", new LayerNorm(channels, EPS));
        ff = child("ff", new FeedForward(random, channels, multiplier));
    }

    /** Keys and values of structure tokens [N, K, context]. */
    KeyValue projectStructure(Tape t, Var tokens) {
        return attn2.project(t, tokens);
    }

    /** Keys and values of reference tokens [R, T, channels]. */
    KeyValue projectReference(Tape t, Var tokens) {
        return attn1.project(t, tokens);
    }

    /** [N, T, channels] to the same. */
    Var apply(Tape t, Var x, KeyValue structure, KeyValue reference, ReferenceRows rows) {
        Var h = plus(t, x, attn1.apply(t, norm1.apply(t, x), reference, rows));
        if (attn2 != null) {
            h = plus(t, h, attn2.apply(t, norm2.apply(t, h), structure, null));
        }
        return plus(t, h, ff.apply(t, norm3.apply(t, h)));
    }

    /** The sum with a linear layer's result that nothing else reads. */
    private static Var plus(Tape t, Var h, Var projected) {
        Var sum = Elementwise.add(t, h, projected);
        t.forget(projected);
        return sum;
    }
}
