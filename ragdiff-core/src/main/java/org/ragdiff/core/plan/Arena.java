package org.ragdiff.core.plan;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One block of memory, aligned to cache lines, that holds the storages of a plan. Zero at first. */
public final class Arena implements AutoCloseable {
    private static final long ALIGNMENT = 64;

    private final ArenaLayout layout;
    private final BytePointer block;
    private final long base;

    public Arena(ArenaLayout layout) {
        this.layout = layout;
        this.block = new BytePointer(layout.bytes() + ALIGNMENT);
        block.retainReference();
        Pointer.memset(block, 0, layout.bytes() + ALIGNMENT);
        this.base = (block.address() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Where an operand lies: in the arena, or where its constant is. */
    public long address(Operand o) {
        INDArray constant = o.storage().constant();
        long start = constant == null
                ? base + layout.offset(o.storage())
                : constant.data().pointer().address();
        return start + o.offset() * Float.BYTES;
    }

    /** The operand as an array, valid until the arena is closed. */
    public INDArray view(Operand o) {
        INDArray constant = o.storage().constant();
        DataBuffer buffer;
        if (constant == null) {
            long bytes = base - block.address() + layout.offset(o.storage()) + o.offset() * Float.BYTES;
            FloatPointer p = new FloatPointer(new BytePointer(block).getPointer(bytes)).capacity(o.length());
            buffer = Nd4j.createBuffer(p, DataType.FLOAT, o.length(), FloatIndexer.create(p));
            return Nd4j.create(buffer, o.shape(), Nd4j.getStrides(o.shape(), 'c'), 0, 'c', DataType.FLOAT);
        }
        return Nd4j.create(
                constant.data(), o.shape(), Nd4j.getStrides(o.shape(), 'c'), o.offset(), 'c', DataType.FLOAT);
    }

    @Override
    public void close() {
        block.close();
    }
}
