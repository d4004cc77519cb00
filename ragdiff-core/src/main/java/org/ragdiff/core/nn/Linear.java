package org.ragdiff.core.nn;

import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Products;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Affine map of the last dimension: {@code weight} [out, in] and, unless without, {@code bias} [out]. {@link
 * LoraAdapters} may add an update of low rank to it.
 */
public final class Linear extends Module {
    private final Parameter weight;
    private final Parameter bias;
    /** Added to the map, or null; set while nobody uses the layer. */
    private LowRankUpdate update;

    public Linear(SplittableRandom random, int in, int out) {
        this(Initializer.torchDefault(random, in), in, out, true);
    }

    private Linear(Initializer initializer, int in, int out, boolean withBias) {
        this.weight = parameter("weight", initializer, out, in);
        this.bias = withBias ? parameter("bias", initializer, out) : null;
    }

    /** Without {@code bias}. */
    public static Linear withoutBias(SplittableRandom random, int in, int out) {
        return new Linear(Initializer.torchDefault(random, in), in, out, false);
    }

    /** All weights zero. */
    public static Linear zero(int in, int out) {
        return new Linear(Initializer.zeros(), in, out, true);
    }

    /** All weights zero, without {@code bias}. */
    public static Linear zeroWithoutBias(int in, int out) {
        return new Linear(Initializer.zeros(), in, out, false);
    }

    /** [.., in] to [.., out]. */
    public Var apply(Tape t, Var x) {
        Var y = Products.linear(t, x, weight.on(t), bias == null ? null : bias.on(t));
        return update == null ? y : update.addTo(t, x, y);
    }

    Parameter weight() {
        return weight;
    }

    LowRankUpdate update() {
        return update;
    }

    /** @param newUpdate of this layer's sizes, or null for none */
    void setUpdate(LowRankUpdate newUpdate) {
        update = newUpdate;
    }
}
