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
    private final SideChange sides;
    private final double scale;

    /** @param timeChannels size of the time embedding, or 0 for a block without one */
    public ResnetBlock(SplittableRandom random, int in, int out, int timeChannels, int groups, double eps) {
        this(random, Shape.of(in, out, timeChannels, groups, eps));
    }

    public ResnetBlock(SplittableRandom random, Shape shape) {
        int in = shape.in();
        int out = shape.out();
        norm1 = child("norm1", new GroupNorm(shape.groups(), in, shape.eps()));
        conv1 = child("conv1", new Conv2d(random, in, out, 3));
        timeProjection = shape.timeChannels() == 0
                ? null
                : child("time_emb_proj", new Linear(random, shape.timeChannels(), out));
        norm2 = child("norm2", new GroupNorm(shape.groupsOut(), out, shape.eps()));
        conv2 = child("conv2", new Conv2d(random, out, out, 3));
        shortcut = in == out && !shape.projected() ? null : child("conv_shortcut", new Conv2d(random, in, out, 1));
        sides = shape.sides();
        scale = shape.scale();
    }

    /**
     * What a block is like.
     *
     * @param timeChannels size of the time embedding, or 0 for a block without one
     * @param groups of norm1
     * @param groupsOut of norm2
     * @param sides what happens to the sides, of the input too, between norm1 and conv1
     * @param projected whether the input is projected even if the channels stay
     * @param scale the sum is divided by it
     */
    public record Shape(
            int in,
            int out,
            int timeChannels,
            int groups,
            int groupsOut,
            double eps,
            SideChange sides,
            boolean projected,
            double scale) {
        /** Keeps the sides and the sum. */
        public static Shape of(int in, int out, int timeChannels, int groups, double eps) {
            return new Shape(in, out, timeChannels, groups, groups, eps, SideChange.NONE, false, 1);
        }

        public Shape withGroups(int first, int second) {
            return new Shape(in, out, timeChannels, first, second, eps, sides, projected, scale);
        }

        public Shape withSides(SideChange change) {
            return new Shape(in, out, timeChannels, groups, groupsOut, eps, change, projected, scale);
        }

        public Shape withProjected() {
            return new Shape(in, out, timeChannels, groups, groupsOut, eps, sides, true, scale);
        }

        public Shape withScale(double divisor) {
            return new Shape(in, out, timeChannels, groups, groupsOut, eps, sides, projected, divisor);
        }
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
            Var h = conv1.apply(t, sides.apply(t, norm1.apply(t, x, Activation.SILU)));
            if (timeProjection != null) {
                Var shifted = Elementwise.addRow(t, h, timeProjection.apply(t, timeActivated));
                t.forget(h);
                h = shifted;
            }
            h = conv2.apply(t, norm2.apply(t, h, Activation.SILU));
            Var input = sides.apply(t, x);
            Var skip = shortcut == null ? input : shortcut.apply(t, input);
            Var sum = Elementwise.add(t, skip, h);
            t.forget(h);
            if (shortcut != null) {
                t.forget(skip);
            }
            return scope.keep(scale == 1 ? sum : Elementwise.scale(t, (float) (1 / scale), sum));
        }
    }
}
