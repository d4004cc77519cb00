package org.ragdiff.core.nn;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.Gradient;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** A trainable array. Its gradient exists once {@link #requireGrad} was called. */
public final class Parameter {
    private final long[] shape;
    private INDArray value;
    private Gradient gradient;
    private boolean closed;

    Parameter(long... shape) {
        this.shape = shape;
    }

    /** Not to be modified. */
    public long[] shape() {
        return shape;
    }

    /** Number of scalar weights. */
    public long length() {
        long n = 1;
        for (long s : shape) {
            n = Math.multiplyExact(n, s);
        }
        return n;
    }

    /**
     * float32, 'c' order; modified by optimisers and loading. Allocated by the first call, which
     * initialising or loading makes.
     */
    public INDArray value() {
        if (value == null) {
            if (closed) {
                throw new IllegalStateException("a parameter of shape " + Arrays.toString(shape) + " is closed");
            }
            value = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
        }
        return value;
    }

    /** The accumulated gradient, or null for a frozen parameter; changed by backward passes and optimisers only. */
    public INDArray grad() {
        return gradient == null ? null : gradient.array();
    }

    /** {@link #grad} with what is known about it, or null. */
    public Gradient gradient() {
        return gradient;
    }

    /** Allocates a gradient of zeros, or drops it. */
    public void requireGrad(boolean required) {
        if (required && gradient == null) {
            gradient = new Gradient(shape);
        } else if (!required && gradient != null) {
            gradient.close();
            gradient = null;
        }
    }

    /** This parameter on a tape: a leaf if it is trained there, else a constant. */
    public Var on(Tape tape) {
        return gradient != null && tape.isTraining() ? tape.leaf(value(), gradient) : tape.constant(value());
    }

    void close() {
        requireGrad(false);
        closed = true;
        if (value != null && !value.wasClosed()) {
            value.close();
        }
    }
}
