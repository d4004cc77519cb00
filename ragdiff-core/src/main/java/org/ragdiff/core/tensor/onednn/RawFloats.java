package org.ragdiff.core.tensor.onednn;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** A window on floats that somebody else owns: never frees, and can be moved. Not thread-safe. */
final class RawFloats extends FloatPointer {
    RawFloats() {
        super((Pointer) null);
    }

    RawFloats at(long newAddress) {
        address = newAddress;
        return this;
    }
}
