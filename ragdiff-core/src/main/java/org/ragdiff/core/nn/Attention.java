package org.ragdiff.core.nn;

import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Attentions;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * diffusers' Attention: {@code to_q, to_k, to_v} without bias, {@code to_out.0} with. As self-attention
 * it can read reference tokens too: their keys and values come from the same projections.
 */
public final class Attention extends Module {
    private final Linear toQ;
    private final Linear toK;
    private final Linear toV;
    private final Linear toOut;
    private final int heads;

    /** @param context channels of the tokens attended to */
    public Attention(SplittableRandom random, int channels, int context, int heads) {
        if (heads < 1 || channels % heads != 0) {
            throw new IllegalArgumentException(heads + " heads do not divide " + channels + " channels");
        }
        this.heads = heads;
        toQ = child("to_q", Linear.withoutBias(random, channels, channels));
        toK = child("to_k", Linear.withoutBias(random, context, channels));
        toV = child("to_v", Linear.withoutBias(random, context, channels));
        toOut = child("to_out.0", new Linear(random, channels, channels));
    }

    /** Keys and values of tokens [N, T, context], to be used many times. */
    public KeyValue project(Tape t, Var tokens) {
        return new KeyValue(toK.apply(t, tokens), toV.apply(t, tokens));
    }

    /**
     * @param x queries [N, T, channels]
     * @param own keys and values
     * @param reference further keys and values, or null
     * @return [N, T, channels]
     */
    public Var apply(Tape t, Var x, KeyValue own, KeyValue reference) {
        Var q = toQ.apply(t, x);
        Var a = Attentions.attention(
                t,
                q,
                own.key(),
                own.value(),
                reference == null ? null : reference.key(),
                reference == null ? null : reference.value(),
                heads);
        return toOut.apply(t, a);
    }

    /** Projected keys and values, each [N, T, channels]. */
    public record KeyValue(Var key, Var value) {}
}
