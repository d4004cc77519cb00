package org.ragdiff.core.nn;

import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** diffusers' FeedForward with GEGLU: {@code net.0.proj} to twice the inner size, {@code net.2} back. */
public final class FeedForward extends Module {
    private final Linear in;
    private final Linear out;

    public FeedForward(SplittableRandom random, int channels, int multiplier) {
        in = child("net.0.proj", new Linear(random, channels, 2 * multiplier * channels));
        out = child("net.2", new Linear(random, multiplier * channels, channels));
    }

    public Var apply(Tape t, Var x) {
        return out.apply(t, Elementwise.geglu(t, in.apply(t, x)));
    }
}
