package org.ragdiff.diffusion.diffusers;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Self-attention of all cells, biases in every projection, plus its input. */
public final class AttentionBlock extends Module {
    private final GroupNorm norm;
    private final Attention attention;
    private final double scale;

    /** @param scale the sum is divided by it */
    public AttentionBlock(SplittableRandom random, int channels, int heads, int groups, double eps, double scale) {
        norm = child("group_norm", new GroupNorm(groups, channels, eps));
        attention = child("", Attention.withBias(random, channels, channels, heads));
        this.scale = scale;
    }

    /** [N, h, w, channels] to the same. */
    public Var apply(Tape t, Var x) {
        try (Tape.Scope scope = t.scope()) {
            Var n = norm.apply(t, Shapes.tokens(t, x));
            Var a = attention.apply(t, n, attention.project(t, n), null);
            Var sum = Elementwise.add(t, x, Shapes.reshape(t, a, x.shape()));
            return scope.keep(scale == 1 ? sum : Elementwise.scale(t, (float) (1 / scale), sum));
        }
    }
}
