package org.ragdiff.cuda;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A GPU with our kernels loaded, prepared products and convolutions by shape, and a lock: one thread submits work at
 * a time. Closed after all that uses it.
 */
final class Device implements AutoCloseable {
    /** Options of the compiler for every device. */
    static final List<String> OPTIONS = List.of("--std=c++17", "--fmad=true");

    private final Gpu gpu;
    private final GpuInfo info;
    private final ReentrantLock lock = new ReentrantLock();
    private final long module;
    private final Map<String, Long> functions = new HashMap<>();
    private final Map<ProductSpec, Optional<Gpu.Product>> products = new HashMap<>();
    private final Map<ConvolutionSpec, Optional<Gpu.DeviceConvolution>> convolutions = new HashMap<>();
    private boolean closed;

    /** @param gpu closed with this, also if this fails */
    Device(Gpu gpu, KernelCache cache) {
        this.gpu = gpu;
        try {
            gpu.enter();
            this.info = gpu.info();
            String source = KernelSources.text();
            byte[] code = cache.get(
                    source,
                    gpu.compilerVersion() + " " + OPTIONS,
                    info.architecture(),
                    () -> gpu.compile(source, OPTIONS));
            this.module = gpu.loadModule(code);
        } catch (RuntimeException e) {
            gpu.close();
            throw e;
        }
    }

    GpuInfo info() {
        return info;
    }

    Gpu gpu() {
        return gpu;
    }

    /** Runs with the device to oneself. */
    <T> T exclusively(Supplier<T> body) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the device is closed");
            }
            gpu.enter();
            return body.get();
        } finally {
            lock.unlock();
        }
    }

    void exclusively(Runnable body) {
        exclusively(() -> {
            body.run();
            return null;
        });
    }

    long function(String name) {
        return functions.computeIfAbsent(name, n -> gpu.function(module, n));
    }

    Optional<Gpu.Product> product(ProductSpec spec) {
        return products.computeIfAbsent(spec, gpu::product);
    }

    Optional<Gpu.DeviceConvolution> convolution(ConvolutionSpec spec) {
        return convolutions.computeIfAbsent(spec, gpu::convolution);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                gpu.enter();
                gpu.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
