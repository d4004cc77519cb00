package org.ragdiff.core.nn;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** A trainable array. Its gradient exists once {@link #requireGrad} was called. */
public final class Parameter {
    private final INDArray value;
    private INDArray grad;

    Parameter(long... shape) {
        this.value = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
    }

    /** float32, 'c' order; modified by optimisers and loading. */
    public INDArray value() {
        return value;
    }

    /** The accumulated gradient, or null for a frozen parameter. */
    public INDArray grad() {
        return grad;
    }

    /** Allocates a gradient of zeros, or drops it. */
    public void requireGrad(boolean required) {
        if (required && grad == null) {
            grad = Nd4j.createUninitializedDetached(DataType.FLOAT, value.shape());
            grad.assign(0);
        } else if (!required && grad != null) {
            grad.close();
            grad = null;
        }
    }

    /** This parameter on a tape: a leaf if it is trained there, else a constant. */
    public Var on(Tape tape) {
        return grad != null && tape.isTraining() ? tape.leaf(value, grad) : tape.constant(value);
    }

    void close() {
        requireGrad(false);
        if (!value.wasClosed()) {
            value.close();
        }
    }
}
