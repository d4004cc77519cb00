package org.ragdiff.core.tensor.onednn;

import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A pointer to memory that somebody else owns: never frees, and can be moved. Not thread-safe. */
final class RawAddress extends Pointer {
    RawAddress at(long newAddress) {
        address = newAddress;
        return this;
    }

    /** Where the first element of a contiguous float32 array lies. */
    static long of(INDArray a) {
        return a.data().pointer().address() + a.offset() * Float.BYTES;
    }
}
