package org.ragdiff.core.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;

/** Blocks kept by rounded size. An address is a block of one size as long as the pool lives, as copies on a device need it. */
final class SizeClasses implements MemoryBlocks {
    private final Map<Long, ArrayDeque<Block>> free = new HashMap<>();
    private final List<FloatPointer> all = new ArrayList<>();
    private long allocatedBytes;

    @Override
    public Block take(long length) {
        long capacity = TensorPool.roundUp(length);
        ArrayDeque<Block> stack = free.get(capacity);
        return stack == null || stack.isEmpty() ? grow(capacity) : stack.pop();
    }

    private Block grow(long capacity) {
        FloatPointer pointer = MemoryBlocks.allocate(capacity);
        all.add(pointer);
        allocatedBytes += capacity * Float.BYTES;
        Block block = new Block();
        block.capacity = capacity;
        block.buffer = MemoryBlocks.buffer(pointer, capacity);
        return block;
    }

    @Override
    public void give(Block block) {
        free.computeIfAbsent(block.capacity, k -> new ArrayDeque<>()).push(block);
    }

    @Override
    public long allocatedBytes() {
        return allocatedBytes;
    }

    @Override
    public void close() {
        all.forEach(FloatPointer::close);
        all.clear();
        free.clear();
        allocatedBytes = 0;
    }
}
