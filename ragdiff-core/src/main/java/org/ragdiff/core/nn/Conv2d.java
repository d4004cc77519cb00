package org.ragdiff.core.nn;

import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Convolutions;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.UpsampledConvolution;
import org.ragdiff.core.tensor.Var;

/** Convolution: parameters {@code weight} [out, in, k, k] and, unless without, {@code bias} [out]. */
public final class Conv2d extends Module {
    private final Parameter weight;
    private final Parameter bias;
    private final Convolution geometry;

    public Conv2d(SplittableRandom random, int in, int out, int kernel, Convolution geometry) {
        this(initializer(random, in, kernel), in, out, kernel, geometry, true);
    }

    /** Stride 1, same size. */
    public Conv2d(SplittableRandom random, int in, int out, int kernel) {
        this(random, in, out, kernel, Convolution.same(kernel));
    }

    private Conv2d(Initializer initializer, int in, int out, int kernel, Convolution geometry, boolean withBias) {
        this.weight = parameter("weight", initializer, out, in, kernel, kernel);
        this.bias = withBias ? parameter("bias", initializer, out) : null;
        this.geometry = geometry;
    }

    /** All weights zero, as ControlNet starts its additions (Zhang et al. 2023). */
    public static Conv2d zero(int in, int out, int kernel) {
        return new Conv2d(Initializer.zeros(), in, out, kernel, Convolution.same(kernel), true);
    }

    /** Without {@code bias}. */
    public static Conv2d withoutBias(SplittableRandom random, int in, int out, int kernel, Convolution geometry) {
        return new Conv2d(initializer(random, in, kernel), in, out, kernel, geometry, false);
    }

    private static Initializer initializer(SplittableRandom random, int in, int kernel) {
        return Initializer.torchDefault(random, (long) in * kernel * kernel);
    }

    /** [N, H, W, in] to [N, Ho, Wo, out]. */
    public Var apply(Tape t, Var x) {
        return Convolutions.conv2d(t, x, weight.on(t), bias == null ? null : bias.on(t), geometry);
    }

    /**
     * Doubling by nearest neighbours, then the convolution, which keeps the sides and has 3×3 kernels: [N, H, W, in] to
     * [N, 2H, 2W, out], see {@link UpsampledConvolution}.
     */
    public Var applyDoubled(Tape t, Var x) {
        if (!geometry.equals(Convolution.same(3))) {
            throw new IllegalStateException(
                    "doubling goes before a convolution that keeps the sides, this one has " + geometry);
        }
        return UpsampledConvolution.apply(t, x, weight.on(t), bias == null ? null : bias.on(t));
    }
}
