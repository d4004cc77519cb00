package org.ragdiff.core.io;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;
import org.nd4j.linalg.api.buffer.DataType;

/** Pointers of the class that ND4J expects for an element type. */
final class MappedPointers {
    private MappedPointers() {}

    static Pointer typed(Pointer memory, DataType type) {
        return switch (type) {
            case DOUBLE -> new DoublePointer(memory);
            case FLOAT -> new FloatPointer(memory);
            case LONG, UINT64 -> new LongPointer(memory);
            case INT, UINT32 -> new IntPointer(memory);
            case HALF, BFLOAT16, SHORT, UINT16 -> new ShortPointer(memory);
            default -> new BytePointer(memory);
        };
    }
}
