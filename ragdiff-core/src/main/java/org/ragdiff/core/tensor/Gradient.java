package org.ragdiff.core.tensor;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The gradient that a leaf accumulates over backward passes. It knows whether it is zero, so that the first
 * contribution is written in place rather than added. Not thread-safe.
 */
public final class Gradient implements AutoCloseable {
    private final INDArray array;
    private boolean zero;

    /** Zeros of this shape, float32, off the heap. */
    public Gradient(long... shape) {
        this.array = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
        clear();
    }

    /** Contributions are added to what the array holds; it stays its owner's. */
    Gradient(INDArray array) {
        this.array = array;
    }

    /** The sum of the contributions, zeros if there are none. To set it to zero use {@link #clear}. */
    public INDArray array() {
        return array;
    }

    /** Forgets all contributions. */
    public void clear() {
        HostArrays.zero(array, 0, array.length());
        zero = true;
    }

    /** Tells that somebody else set the array to zero, as {@link Kernels#adamWAll(java.util.List, Kernels.AdamWStep, float, float)} does. */
    public void cleared() {
        zero = true;
    }

    /** To be called before a contribution: whether it is the first, and may be written rather than added. */
    public boolean claim() {
        boolean first = zero;
        zero = false;
        return first;
    }

    @Override
    public String toString() {
        return "gradient of shape " + Arrays.toString(array.shape());
    }

    @Override
    public void close() {
        array.close();
    }
}
