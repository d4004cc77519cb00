package org.ragdiff.diffusion.diffusers.vae;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Self-attention of all cells with one head, biases in every projection, plus its input. */
final class AttentionBlock extends Module {
    private final GroupNorm norm;
    private final Attention attention;

    AttentionBlock(SplittableRandom random, int channels, int groups, double eps) {
        norm = child("group_norm", new GroupNorm(groups, channels, eps));
        attention = child("", Attention.withBias(random, channels, channels, 1));
    }

    /** [N, h, w, channels] to the same. */
    Var apply(Tape t, Var x) {
        try (Tape.Scope scope = t.scope()) {
            Var n = norm.apply(t, Shapes.tokens(t, x));
            Var a = attention.apply(t, n, attention.project(t, n), null);
            return scope.keep(Elementwise.add(t, x, Shapes.reshape(t, a, x.shape())));
        }
    }
}
