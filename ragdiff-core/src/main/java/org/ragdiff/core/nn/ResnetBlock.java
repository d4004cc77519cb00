package org.ragdiff.core.nn;

import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * diffusers' ResnetBlock2D: norm1, SiLU, conv1, plus the time embedding, norm2, SiLU, conv2, plus the
 * (projected) input.
 */
public final class ResnetBlock extends Module {
    private final GroupNorm norm1;
    private final Conv2d conv1;
    private final Linear timeProjection;
    private final GroupNorm norm2;
    private final Conv2d conv2;
    private final Conv2d shortcut;

    /** @param timeChannels size of the time embedding, or 0 for a block without one */
    public ResnetBlock(SplittableRandom random, int in, int out, int timeChannels, int groups, double eps) {
        norm1 = child("norm1", new GroupNorm(groups, in, eps));
        conv1 = child("conv1", new Conv2d(random, in, out, 3));
        timeProjection = timeChannels == 0 ? null : child("time_emb_proj", new Linear(random, timeChannels, out));
        norm2 = child("norm2", new GroupNorm(groups, out, eps));
        conv2 = child("conv2", new Conv2d(random, out, out, 3));
        shortcut = in == out ? null : child("conv_shortcut", new Conv2d(random, in, out, 1));
    }

    /**
     * @param x [N, H, W, in]
     * @param timeActivated SiLU of the time embedding, [N, timeChannels], or null for a block without one
     */
    public Var apply(Tape t, Var x, Var timeActivated) {
        return t.checkpoint(section -> run(section, x, timeActivated), x, timeActivated);
    }

    private Var run(Tape t, Var x, Var timeActivated) {
        try (Tape.Scope scope = t.scope()) {
            Var h = conv1.apply(t, norm1.apply(t, x, Activation.SILU));
            if (timeProjection != null) {
                h = Elementwise.addRow(t, h, timeProjection.apply(t, timeActivated));
            }
            h = conv2.apply(t, norm2.apply(t, h, Activation.SILU));
            Var skip = shortcut == null ? x : shortcut.apply(t, x);
            return scope.keep(Elementwise.add(t, skip, h));
        }
    }
}
