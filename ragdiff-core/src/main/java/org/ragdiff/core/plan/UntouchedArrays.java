package org.ragdiff.core.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.ArraySupply;

/**
 * Arrays that stand for values while operations are recorded. Each has addresses of its own, but as nobody
 * writes to them the operating system gives no memory for them. Not thread-safe.
 */
final class UntouchedArrays implements ArraySupply, AutoCloseable {
    private final List<Pointer> blocks = new ArrayList<>();
    private final Set<Long> addresses = new HashSet<>();

    @Override
    public INDArray take(long... shape) {
        long length = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        Pointer block = Pointer.malloc(Math.max(64, Math.multiplyExact(length, (long) Float.BYTES)));
        if (block == null || block.isNull()) {
            throw new OutOfMemoryError("no address space for an array of shape " + Arrays.toString(shape));
        }
        blocks.add(block);
        addresses.add(block.address());
        FloatPointer floats = new FloatPointer(block).capacity(length);
        return Nd4j.create(
                Nd4j.createBuffer(floats, DataType.FLOAT, length, FloatIndexer.create(floats)),
                shape,
                Nd4j.getStrides(shape, 'c'),
                0,
                'c',
                DataType.FLOAT);
    }

    /** Whether it, or what it is a view of, was taken here. */
    boolean owns(INDArray a) {
        return addresses.contains(a.data().pointer().address());
    }

    /** Nothing: a value's addresses are never used again, so that they identify it. */
    @Override
    public void give(INDArray array) {}

    @Override
    public void close() {
        blocks.forEach(Pointer::free);
        blocks.clear();
    }
}
