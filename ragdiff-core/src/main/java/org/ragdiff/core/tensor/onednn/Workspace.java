package org.ragdiff.core.tensor.onednn;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Scratch memory by purpose, which grows to the largest size asked for and is reused by every operation.
 * Contents do not survive an operation, except for {@link #ones}. Not thread-safe.
 */
final class Workspace implements AutoCloseable {
    /** Purposes; one operation uses each at most once at a time. */
    enum Slot {
        SCRATCHPAD,
        /** What a compiled kernel asks for. */
        KERNEL,
        PACKED_WEIGHTS,
        LOW_A,
        LOW_B,
        LOW_C,
        LOW_D,
        LOW_E,
        LOW_F,
        LOW_PROBABILITIES,
        LOW_SCORE_GRADIENTS,
        SCORES,
        SCORE_GRADIENTS,
        MAP_A,
        STATISTICS,
        PARTIAL_SUMS,
        SCALARS,
        ONES
    }

    private static final int ALIGNMENT = 64;

    private record Block(BytePointer pointer, long address, long bytes) {}

    private final Map<Slot, Block> blocks = new EnumMap<>(Slot.class);
    private long onesCount;

    /** An address with at least this many bytes behind it, aligned to a cache line. */
    long bytes(Slot slot, long bytes) {
        Block block = blocks.get(slot);
        if (block == null || block.bytes < bytes) {
            if (block != null) {
                block.pointer.close();
            }
            long grown = Math.max(bytes, 256);
            BytePointer pointer = new BytePointer(grown + ALIGNMENT);
            // Outlives any pointer scope of the caller.
            pointer.retainReference();
            long address = (pointer.address() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            block = new Block(pointer, address, grown);
            blocks.put(slot, block);
        }
        return block.address;
    }

    long floats(Slot slot, long count) {
        return bytes(slot, count * Float.BYTES);
    }

    /** At least this many floats of 1, not to be written. */
    long ones(long count) {
        if (count > onesCount) {
            long size = Math.max(count, 1024);
            long address = floats(Slot.ONES, size);
            float[] values = new float[Math.toIntExact(size)];
            Arrays.fill(values, 1);
            write(address, values);
            onesCount = size;
        }
        return floats(Slot.ONES, count);
    }

    static void write(long address, float[] values) {
        new FloatPointer(new RawAddress().at(address)).put(values, 0, values.length);
    }

    static float[] read(long address, int count) {
        float[] values = new float[count];
        new FloatPointer(new RawAddress().at(address)).get(values, 0, count);
        return values;
    }

    long heldBytes() {
        return blocks.values().stream().mapToLong(Block::bytes).sum();
    }

    @Override
    public void close() {
        blocks.values().forEach(b -> b.pointer.close());
        blocks.clear();
        onesCount = 0;
    }
}
