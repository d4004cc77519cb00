package org.ragdiff.diffusion.unet;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Attention.KeyValue;
import org.ragdiff.core.nn.Initializer;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Self-attention that also reads the reference's tokens through its own key and value projections; names
 * as in diffusers' Attention. Without own tokens, a learned token stands where nothing is to be read.
 */
final class ReferenceAttention extends Module {
    private final Linear toQ;
    private final Linear toK;
    private final Linear toV;
    private final Linear toOut;
    private final Parameter rest;
    private final int channels;
    private final int heads;

    ReferenceAttention(SplittableRandom random, int channels, int heads, boolean ownTokens) {
        this.channels = channels;
        this.heads = heads;
        toQ = child("to_q", Linear.withoutBias(random, channels, channels));
        toK = child("to_k", Linear.withoutBias(random, channels, channels));
        toV = child("to_v", Linear.withoutBias(random, channels, channels));
        toOut = child("to_out.0", new Linear(random, channels, channels));
        rest = ownTokens ? null : parameter("rest_token", Initializer.normal(random, 1), channels);
    }

    /** Keys and values of tokens [R, T, channels]. */
    KeyValue project(Tape t, Var tokens) {
        return new KeyValue(toK.apply(t, tokens), toV.apply(t, tokens));
    }

    /**
     * @param x [N, T, channels]
     * @param reference projected by {@link #project}, or null
     */
    Var apply(Tape t, Var x, KeyValue reference, ReferenceRows rows) {
        Var own = x;
        if (rest != null) {
            int n = Math.toIntExact(x.size(0));
            own = Shapes.reshape(t, Shapes.repeatRow(t, rest.on(t), n), n, 1, channels);
        }
        Var a = SegmentedAttention.apply(
                t,
                toQ.apply(t, x),
                toK.apply(t, own),
                toV.apply(t, own),
                reference == null ? null : reference.key(),
                reference == null ? null : reference.value(),
                rows,
                heads);
        return toOut.apply(t, a);
    }
}
