package org.ragdiff.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes work down, to be done again and again with the same addresses. Scratch memory is one block for all
 * operations, each of which starts at its beginning.
 */
final class RecordedWork implements Work, AutoCloseable {
    private static final long ALIGNMENT = 256;

    private final Device device;
    private final long scratch;
    private final Arguments arguments = new Arguments();
    private final List<Runnable> steps = new ArrayList<>();
    private final List<Arguments> owned = new ArrayList<>();
    private long used;
    private long most;

    /** @param scratch address of a block of {@link #scratchBytes} of an equal recording; 0 to find that size */
    RecordedWork(Device device, long scratch) {
        this.device = device;
        this.scratch = scratch;
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public long scratch(long bytes) {
        long at = used;
        used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        most = Math.max(most, used);
        return scratch + at;
    }

    /** The next operation may overwrite scratch memory. */
    void end() {
        used = 0;
    }

    long scratchBytes() {
        return most;
    }

    /** Does what was written down between two counts of {@link #size()}. */
    void run(int from, int to) {
        for (int i = from; i < to; i++) {
            steps.get(i).run();
        }
    }

    int size() {
        return steps.size();
    }

    @Override
    public Arguments arguments() {
        return arguments.reset();
    }

    @Override
    public void launch(String kernel, Gpu.Grid grid, int threads, int sharedBytes, Arguments a) {
        Arguments kept = a.copy();
        owned.add(kept);
        Gpu gpu = device.gpu();
        long function = device.function(kernel);
        steps.add(() -> gpu.launch(kernel, function, grid, threads, sharedBytes, kept));
    }

    @Override
    public void product(Gpu.Product product, long a, long b, long bias, long c, long d, float alpha, float beta) {
        steps.add(() -> product.run(a, b, bias, c, d, alpha, beta));
    }

    @Override
    public void convolution(Gpu.DeviceConvolution convolution, long x, long w, long y, long workspace) {
        steps.add(() -> convolution.run(x, w, y, workspace));
    }

    @Override
    public void close() {
        owned.forEach(Arguments::close);
        owned.clear();
        arguments.close();
    }
}
