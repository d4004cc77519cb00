package org.ragdiff.diffusion.diffusers.vae;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.AttentionBlock;

/** diffusers' UNetMidBlock2D: attention, unless without, between two resnets. */
final class MidBlock extends Module {
    private final ResnetBlock first;
    private final AttentionBlock attention;
    private final ResnetBlock second;

    MidBlock(SplittableRandom random, int channels, boolean attends, int groups, double eps) {
        first = child("resnets.0", new ResnetBlock(random, channels, channels, 0, groups, eps));
        attention = attends ? child("attentions.0", new AttentionBlock(random, channels, 1, groups, eps, 1)) : null;
        second = child("resnets.1", new ResnetBlock(random, channels, channels, 0, groups, eps));
    }

    /** [N, h, w, channels] to the same. */
    Var apply(Tape t, Var x) {
        try (Tape.Scope scope = t.scope()) {
            Var h = first.apply(t, x, null);
            h = attention == null ? h : attention.apply(t, h);
            return scope.keep(second.apply(t, h, null));
        }
    }
}
