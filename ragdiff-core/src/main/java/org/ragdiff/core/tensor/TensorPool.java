package org.ragdiff.core.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Off-heap float32 memory that is taken, given back and reused, because a fresh array of a few megabytes
 * costs milliseconds. Blocks are kept by rounded size until {@link #close()}; a loop that takes and gives
 * back the same sizes stops growing after its first turn. Not thread-safe: one pool for each run.
 */
public final class TensorPool implements ArraySupply, AutoCloseable {
    private static final long MAX_FLOATS = Integer.MAX_VALUE - 64L;

    private final Map<Long, ArrayDeque<Block>> free = new HashMap<>();
    private final Map<DataBuffer, Block> taken = new IdentityHashMap<>();
    private final List<Block> all = new ArrayList<>();
    private long allocatedBytes;
    private long takenBytes;
    private long peakBytes;
    private boolean closed;

    /** An uninitialised float32 array of this shape, valid until given back or the pool is closed. */
    @Override
    public INDArray take(long... shape) {
        if (closed) {
            throw new IllegalStateException("the tensor pool is closed");
        }
        long length = 1;
        for (long s : shape) {
            if (s <= 0) {
                throw new IllegalArgumentException("sizes must be positive, got shape " + Arrays.toString(shape));
            }
            length = Math.multiplyExact(length, s);
        }
        if (length > MAX_FLOATS) {
            throw new IllegalArgumentException(
                    "an array of " + length + " floats is too large, at most " + MAX_FLOATS + " fit");
        }
        long capacity = roundUp(length);
        ArrayDeque<Block> stack = free.get(capacity);
        Block block = stack == null || stack.isEmpty() ? allocate(capacity) : stack.pop();
        taken.put(block.buffer, block);
        takenBytes += block.capacity * Float.BYTES;
        peakBytes = Math.max(peakBytes, takenBytes);
        return Nd4j.create(block.buffer, shape, Nd4j.getStrides(shape, 'c'), 0, 'c', DataType.FLOAT);
    }

    /** As {@link #take} with all zeros. */
    public INDArray takeZeros(long... shape) {
        INDArray a = take(shape);
        HostArrays.zero(a, 0, a.length());
        return a;
    }

    /**
     * Gives an array of this pool back; neither it nor a view of it may be used afterwards.
     *
     * @throws IllegalArgumentException if it is not taken from this pool, or was given back before
     */
    @Override
    public void give(INDArray array) {
        Block block = taken.remove(array.data());
        if (block == null) {
            throw new IllegalArgumentException(
                    "array of shape " + Arrays.toString(array.shape()) + " is not taken from this pool");
        }
        takenBytes -= block.capacity * Float.BYTES;
        free.computeIfAbsent(block.capacity, k -> new ArrayDeque<>()).push(block);
    }

    /** Bytes held, in use or free. */
    public long allocatedBytes() {
        return allocatedBytes;
    }

    /** The most bytes that were taken at once. */
    public long peakBytes() {
        return peakBytes;
    }

    /** Arrays taken and not given back. */
    public int takenCount() {
        return taken.size();
    }

    /** Frees all memory, also of arrays not given back. */
    @Override
    public void close() {
        closed = true;
        all.forEach(b -> b.pointer.close());
        all.clear();
        free.clear();
        taken.clear();
        allocatedBytes = 0;
        takenBytes = 0;
    }

    private Block allocate(long capacity) {
        FloatPointer pointer = new FloatPointer(capacity);
        pointer.retainReference();
        Block block = new Block(
                capacity, pointer, Nd4j.createBuffer(pointer, DataType.FLOAT, capacity, FloatIndexer.create(pointer)));
        all.add(block);
        allocatedBytes += capacity * Float.BYTES;
        return block;
    }

    /** The next size with three significant bits, at least 64: wastes at most a quarter. */
    public static long roundUp(long length) {
        if (length <= 64) {
            return 64;
        }
        int shift = 63 - Long.numberOfLeadingZeros(length - 1) - 2;
        long unit = 1L << shift;
        return (length + unit - 1) / unit * unit;
    }

    private record Block(long capacity, FloatPointer pointer, DataBuffer buffer) {}
}
