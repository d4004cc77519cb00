package org.ragdiff.core.tensor;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Where a {@link TensorPool} has its memory from. Not thread-safe. */
interface MemoryBlocks extends AutoCloseable {
    /** Memory that is in use, of at least as many floats as were asked for. */
    class Block {
        long capacity;
        DataBuffer buffer;
    }

    /** @param length floats, at least 1 */
    Block take(long length);

    void give(Block block);

    /** Bytes held, in use or free. */
    long allocatedBytes();

    /** Frees all memory, also what is in use. */
    @Override
    void close();

    static FloatPointer allocate(long floats) {
        FloatPointer pointer = new FloatPointer(floats);
        // Outlives any pointer scope of the caller.
        pointer.retainReference();
        return pointer;
    }

    static DataBuffer buffer(FloatPointer pointer, long floats) {
        return Nd4j.createBuffer(pointer, DataType.FLOAT, floats, FloatIndexer.create(pointer));
    }
}
