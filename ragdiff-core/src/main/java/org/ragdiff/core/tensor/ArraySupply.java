package org.ragdiff.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Where a {@link Tape} takes the memory of its values from. */
public interface ArraySupply {
    /** An uninitialised float32 array of this shape in 'c' order, valid until given back. */
    INDArray take(long... shape);

    /** Gives an array of {@link #take} back; neither it nor a view of it may be used afterwards. */
    void give(INDArray array);
}
