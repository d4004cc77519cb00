package org.ragdiff.diffusion.diffusers.unet;

import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.nn.Attention.KeyValue;
import org.ragdiff.core.nn.FeedForward;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.unet.SegmentedAttention;

/**
 * diffusers' BasicTransformerBlock: self-attention {@code attn1}, which may read references too, cross-attention {@code attn2} to the
 * encoder's hidden states, GEGLU {@code ff}, each behind a layer norm and added to what it read.
 */
final class BasicTransformerBlock extends Module {
    private static final double EPS = 1e-5;

    private final LayerNorm norm1;
    private final Attention attn1;
    private final LayerNorm norm2;
    private final Attention attn2;
    private final LayerNorm norm3;
    private final FeedForward ff;

    /** @param context channels of the encoder's hidden states, or 0 for self-attention alone */
    BasicTransformerBlock(SplittableRandom random, int channels, int heads, int context) {
        norm1 = child("norm1", new LayerNorm(channels, EPS));
        attn1 = child("attn1", new Attention(random, channels, channels, heads));
        norm2 = context == 0 ? null : child("norm2", new LayerNorm(channels, EPS));
        attn2 = context == 0 ? null : child("attn2", new Attention(random, channels, context, heads));
        norm3 = child("norm3", new LayerNorm(channels, EPS));
        ff = child("ff", new FeedForward(random, channels, 4));
    }

    /** Tokens [N, T, channels] to the same. */
    Var apply(Tape t, Var x, AttentionContext context) {
        Var h = selfAttention(t, x, context);
        h = attn2 == null ? h : crossAttention(t, h, context);
        try (Tape.Scope scope = t.scope()) {
            return scope.keep(Elementwise.add(t, h, ff.apply(t, norm3.apply(t, h))));
        }
    }

    private Var selfAttention(Tape t, Var x, AttentionContext context) {
        try (Tape.Scope scope = t.scope()) {
            Var n = norm1.apply(t, x);
            if (context.seen() != null) {
                context.seen().accept(this, n);
            }
            KeyValue own = attn1.project(t, n);
            Var q = attn1.query(t, n);
            Var a = attn1.attend(t, q, own, null);
            AttentionContext.Reference r = context.references().get(this);
            if (r != null) {
                KeyValue other = attn1.project(t, r.tokens());
                Var joint = SegmentedAttention.apply(
                        t, q, own.key(), own.value(), other.key(), other.value(), r.rows(), attn1.heads());
                a = r.gate().apply(t, r.layer(), a, joint);
            }
            return scope.keep(Elementwise.add(t, x, attn1.output(t, a)));
        }
    }

    private Var crossAttention(Tape t, Var x, AttentionContext context) {
        try (Tape.Scope scope = t.scope()) {
            Var n = norm2.apply(t, x);
            Var q = attn2.query(t, n);
            Var a = attn2.attend(t, q, attn2.project(t, context.text() == null ? n : context.text()), null);
            List<ImageKeys> images = context.images().getOrDefault(this, List.of());
            for (ImageKeys image : images) {
                Var more = attn2.attend(t, q, image.keys(), null);
                more = image.mask() == null ? more : Elementwise.multiply(t, more, image.mask());
                a = Elementwise.combine(t, 1, a, image.scale(), more);
            }
            return scope.keep(Elementwise.add(t, x, attn2.output(t, a)));
        }
    }
}
