package org.ragdiff.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * Does work at once. Scratch memory is one block that grows to the largest operation; while it is too small, further
 * blocks serve, until the operation ends.
 */
final class DirectWork implements Work, AutoCloseable {
    private static final long ALIGNMENT = 256;

    private final Device device;
    private final Arguments arguments = new Arguments();
    private final List<Long> further = new ArrayList<>();
    private long block;
    private long blockBytes;
    private long used;
    private long wanted;

    DirectWork(Device device) {
        this.device = device;
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public long scratch(long bytes) {
        long size = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        wanted += size;
        if (used + size <= blockBytes) {
            used += size;
            return block + used - size;
        }
        long address = device.gpu().allocate(size);
        further.add(address);
        return address;
    }

    /** Scratch memory may be used anew. To be called at the end of each operation, also of one that failed. */
    void end() {
        further.forEach(device.gpu()::free);
        if (!further.isEmpty() || wanted > blockBytes) {
            long size = Math.max(wanted, blockBytes);
            release();
            block = device.gpu().allocate(size);
            blockBytes = size;
        }
        further.clear();
        used = 0;
        wanted = 0;
    }

    private void release() {
        if (block != 0) {
            device.gpu().free(block);
        }
        block = 0;
        blockBytes = 0;
    }

    @Override
    public Arguments arguments() {
        return arguments.reset();
    }

    @Override
    public void launch(String kernel, Gpu.Grid grid, int threads, int sharedBytes, Arguments a) {
        device.gpu().launch(kernel, device.function(kernel), grid, threads, sharedBytes, a);
    }

    @Override
    public void product(Gpu.Product product, long a, long b, long bias, long c, long d, float alpha, float beta) {
        product.run(a, b, bias, c, d, alpha, beta);
    }

    @Override
    public void convolution(Gpu.DeviceConvolution convolution, long x, long w, long y, long workspace) {
        convolution.run(x, w, y, workspace);
    }

    @Override
    public void close() {
        release();
        arguments.close();
    }
}
