package org.ragdiff.diffusion;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** A {@code conv} that halves or doubles the side, under diffusers' name for it. */
public final class Resampling extends Module {
    private final Conv2d conv;
    private final boolean up;

    private Resampling(Conv2d conv, boolean up) {
        this.conv = child("conv", conv);
        this.up = up;
    }

    /** Stride 2 and zeros only after the last row and column, as in diffusers' VAE. */
    public static Resampling downAsymmetric(SplittableRandom random, int in, int out) {
        return new Resampling(new Conv2d(random, in, out, 3, new Convolution(2, 0, 0, 1, 1)), false);
    }

    /** Stride 2 and zeros all round, as in diffusers' UNet. */
    public static Resampling down(SplittableRandom random, int in, int out) {
        return new Resampling(new Conv2d(random, in, out, 3, Convolution.of(2, 1)), false);
    }

    /** Nearest neighbour, then the convolution. */
    public static Resampling up(SplittableRandom random, int in, int out) {
        return new Resampling(new Conv2d(random, in, out, 3), true);
    }

    /** [N, H, W, in] to half or double the side. */
    public Var apply(Tape t, Var x) {
        try (Tape.Scope scope = t.scope()) {
            return scope.keep(up ? conv.applyDoubled(t, x) : conv.apply(t, x));
        }
    }

    /**
     * Upsampling to the size of a skip connection: 2H or, where halving rounded up, 2H − 1. Nearest
     * neighbours of an odd size are those of the even one above it without its last row or column.
     *
     * @return [N, height, width, out]
     */
    public Var apply(Tape t, Var x, long height, long width) {
        long h = 2 * x.size(1);
        long w = 2 * x.size(2);
        if (!up || height > h || height < h - 1 || width > w || width < w - 1) {
            throw new IllegalArgumentException("a map of " + x.size(1) + " x " + x.size(2) + " cannot be "
                    + (up ? "upsampled" : "downsampled") + " to " + height + " x " + width);
        }
        if (height == h && width == w) {
            return apply(t, x);
        }
        long n = x.size(0);
        long c = x.size(3);
        try (Tape.Scope scope = t.scope()) {
            Var y = Shapes.reshape(t, Shapes.upsample2x(t, x), n, h, w * c);
            y = Shapes.sliceChannels(t, y, 0, Math.toIntExact(width * c));
            y = Shapes.reshape(t, y, n, h * width * c);
            y = Shapes.sliceChannels(t, y, 0, Math.toIntExact(height * width * c));
            return scope.keep(conv.apply(t, Shapes.reshape(t, y, n, height, width, c)));
        }
    }
}
