package org.ragdiff.core.nn;

import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * diffusers' FeedForward: {@code net.0.proj}, an activation, {@code net.2} back. With GEGLU the first goes to twice the
 * inner size.
 */
public final class FeedForward extends Module {
    private final Linear in;
    private final Linear out;
    private final Activation activation;

    /** With GEGLU. */
    public FeedForward(SplittableRandom random, int channels, int multiplier) {
        this(random, channels, multiplier, null);
    }

    /** @param activation null for GEGLU */
    public FeedForward(SplittableRandom random, int channels, int multiplier, Activation activation) {
        int inner = multiplier * channels;
        in = child("net.0.proj", new Linear(random, channels, activation == null ? 2 * inner : inner));
        out = child("net.2", new Linear(random, inner, channels));
        this.activation = activation;
    }

    public Var apply(Tape t, Var x) {
        Var h = in.apply(t, x);
        return out.apply(t, activation == null ? Elementwise.geglu(t, h) : Elementwise.activate(t, activation, h));
    }
}
