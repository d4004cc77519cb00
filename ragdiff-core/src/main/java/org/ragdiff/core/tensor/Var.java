package org.ragdiff.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A value on a {@link Tape}. Its memory belongs to the tape unless it came from outside. */
public final class Var {
    final INDArray value;
    final boolean requiresGrad;
    /** Where gradients are accumulated for leaves; null for intermediate values. */
    final Gradient leaf;

    Tape.Grad grad;

    Var(INDArray value, boolean requiresGrad, Gradient leaf) {
        this.value = value;
        this.requiresGrad = requiresGrad;
        this.leaf = leaf;
    }

    /** The value; not to be modified. After {@link Tape#backward} only inputs and kept values remain. */
    public INDArray value() {
        return value;
    }

    public boolean requiresGrad() {
        return requiresGrad;
    }

    public long[] shape() {
        return value.shape();
    }

    public long size(int dimension) {
        return value.size(dimension);
    }

    public int rank() {
        return value.rank();
    }

    /** The only element of a scalar. */
    public double item() {
        if (value.length() != 1) {
            throw new IllegalStateException("item() needs one element, got " + value.length());
        }
        return HostArrays.readScalar(value);
    }
}
