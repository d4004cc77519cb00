package org.ragdiff.core.nn;

import org.ragdiff.core.tensor.Normalizations;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Layer normalisation of the last dimension (Ba et al. 2016). */
public final class LayerNorm extends Module {
    private final Parameter weight;
    private final Parameter bias;
    private final float eps;

    public LayerNorm(int channels, double eps) {
        this.eps = (float) eps;
        this.weight = parameter("weight", Initializer.ones(), channels);
        this.bias = parameter("bias", Initializer.zeros(), channels);
    }

    public Var apply(Tape t, Var x) {
        return Normalizations.layerNorm(t, x, weight.on(t), bias.on(t), eps);
    }
}
