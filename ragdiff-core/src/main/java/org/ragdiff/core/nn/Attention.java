package org.ragdiff.core.nn;

import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Attentions;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * diffusers' Attention: {@code to_q, to_k, to_v} without bias unless {@link #withBias}, {@code to_out.0}
 * with. As self-attention it can read reference tokens too: their keys and values come from the same
 * projections.
 */
public final class Attention extends Module {
    private final Linear toQ;
    private final Linear toK;
    private final Linear toV;
    private final Linear toOut;
    private final int heads;

    /** @param context channels of the tokens attended to */
    public Attention(SplittableRandom random, int channels, int context, int heads) {
        this(random, channels, context, heads, false);
    }

    private Attention(SplittableRandom random, int channels, int context, int heads, boolean bias) {
        if (heads < 1 || channels % heads != 0) {
            throw new IllegalArgumentException(heads + " heads do not divide " + channels + " channels");
        }
        this.heads = heads;
        toQ = child("to_q", projection(random, channels, channels, bias));
        toK = child("to_k", projection(random, context, channels, bias));
        toV = child("to_v", projection(random, context, channels, bias));
        toOut = child("to_out.0", new Linear(random, channels, channels));
    }

    /** With biases in all projections, as in diffusers' VAE. */
    public static Attention withBias(SplittableRandom random, int channels, int context, int heads) {
        return new Attention(random, channels, context, heads, true);
    }

    private static Linear projection(SplittableRandom random, int in, int out, boolean bias) {
        return bias ? new Linear(random, in, out) : Linear.withoutBias(random, in, out);
    }

    public int heads() {
        return heads;
    }

    /** Queries of x [N, T, channels]. */
    public Var query(Tape t, Var x) {
        return toQ.apply(t, x);
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
        return output(t, attend(t, query(t, x), own, reference));
    }

    /** As {@link #apply}, from queries and before the output projection. */
    public Var attend(Tape t, Var queries, KeyValue own, KeyValue reference) {
        return Attentions.attention(
                t,
                queries,
                own.key(),
                own.value(),
                reference == null ? null : reference.key(),
                reference == null ? null : reference.value(),
                heads);
    }

    /** The output projection of attended values [N, T, channels]. */
    public Var output(Tape t, Var attended) {
        return toOut.apply(t, attended);
    }

    /** Projected keys and values, each [N, T, channels]. */
    public record KeyValue(Var key, Var value) {}
}
