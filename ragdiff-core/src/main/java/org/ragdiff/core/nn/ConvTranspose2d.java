package org.ragdiff.core.nn;

import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Convolutions;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Transposed convolution, torch's ConvTranspose2d: {@code weight} [in, out, k, k] and {@code bias} [out]. */
public final class ConvTranspose2d extends Module {
    private final Parameter weight;
    private final Parameter bias;
    private final Convolution geometry;

    /** @param geometry of the convolution that is transposed */
    public ConvTranspose2d(SplittableRandom random, int in, int out, int kernel, Convolution geometry) {
        Initializer initializer = Initializer.torchDefault(random, (long) out * kernel * kernel);
        this.weight = parameter("weight", initializer, in, out, kernel, kernel);
        this.bias = parameter("bias", initializer, out);
        this.geometry = geometry;
    }

    /** [N, H, W, in] to [N, Ho, Wo, out]; see {@link Convolutions#convTranspose2d}. */
    public Var apply(Tape t, Var x) {
        return Convolutions.convTranspose2d(t, x, weight.on(t), bias.on(t), geometry);
    }
}
