package org.ragdiff.core.nn;

import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Normalizations;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Group normalisation (Wu and He 2018), fused with the activation that follows it. */
public final class GroupNorm extends Module {
    private final Parameter weight;
    private final Parameter bias;
    private final int groups;
    private final float eps;

    public GroupNorm(int groups, int channels, double eps) {
        if (groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException(groups + " groups do not divide " + channels + " channels");
        }
        this.groups = groups;
        this.eps = (float) eps;
        this.weight = parameter("weight", Initializer.ones(), channels);
        this.bias = parameter("bias", Initializer.zeros(), channels);
    }

    public Var apply(Tape t, Var x) {
        return apply(t, x, Activation.NONE);
    }

    /** Normalises, then NONE or SILU. */
    public Var apply(Tape t, Var x, Activation activation) {
        return Normalizations.groupNorm(t, x, weight.on(t), bias.on(t), groups, eps, activation);
    }
}
