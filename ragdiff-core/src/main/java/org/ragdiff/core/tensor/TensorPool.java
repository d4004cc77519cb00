package org.ragdiff.core.tensor;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Off-heap float32 memory that is taken, given back and reused, because a fresh array of a few megabytes
 * costs milliseconds. It is kept until {@link #close()}; a loop that takes and gives back the same sizes stops
 * growing. Not thread-safe: one pool for each run.
 */
public final class TensorPool implements ArraySupply, AutoCloseable {
    private static final long MAX_FLOATS = Integer.MAX_VALUE - 64L;

    private final MemoryBlocks blocks;
    private final Map<DataBuffer, MemoryBlocks.Block> taken = new IdentityHashMap<>();
    private long takenBytes;
    private long peakBytes;
    private boolean closed;

    /** Blocks by rounded size: taken and given back in no time, and fit for copies on a device. */
    public TensorPool() {
        this(new SizeClasses());
    }

    private TensorPool(MemoryBlocks blocks) {
        this.blocks = blocks;
    }

    /**
     * Memory that is cut and joined as it is needed, which holds less where sizes vary, as in training. An address may
     * lie in arrays of different sizes one after the other: not for kernels that keep copies on a device.
     */
    public static TensorPool splitting() {
        return new TensorPool(new SplitBlocks());
    }

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
        MemoryBlocks.Block block = blocks.take(length);
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
        MemoryBlocks.Block block = taken.remove(array.data());
        if (block == null) {
            throw new IllegalArgumentException(
                    "array of shape " + Arrays.toString(array.shape()) + " is not taken from this pool");
        }
        takenBytes -= block.capacity * Float.BYTES;
        blocks.give(block);
    }

    /** Bytes held, in use or free. */
    public long allocatedBytes() {
        return blocks.allocatedBytes();
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
        blocks.close();
        taken.clear();
        takenBytes = 0;
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
}
