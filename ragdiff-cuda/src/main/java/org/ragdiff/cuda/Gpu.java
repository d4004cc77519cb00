package org.ragdiff.cuda;

import java.util.List;
import java.util.Optional;

/**
 * What this module needs of a device: memory, copies, kernels, graphs, matrix products and convolutions, in order on
 * one stream. Addresses and handles are numbers. Every method throws {@link CudaException} with the name of the call
 * that failed. Used by one thread at a time ({@link Device} sees to it), not always the same.
 */
public interface Gpu extends AutoCloseable {
    GpuInfo info();

    /** Makes the device current for the calling thread; to be called before other methods on a new thread. */
    void enter();

    /**
     * Device memory, aligned to 256 bytes, contents undefined.
     *
     * @throws CudaException if there is no memory left; the message tells how much was asked for and is free
     */
    long allocate(long bytes);

    /** Frees what {@link #allocate} returned, after the work that was submitted. */
    void free(long address);

    /** Copies from host memory, which may be changed when this returns. */
    void upload(long host, long device, long bytes);

    /** Copies to host memory, after all work that was submitted, and waits for it. */
    void download(long device, long host, long bytes);

    void copy(long from, long to, long bytes);

    /** Sets bytes to zero. */
    void clear(long device, long bytes);

    /** Waits for all work that was submitted; errors of earlier kernels are thrown here. */
    void synchronize();

    /** Machine code of a CUDA C++ source for this device. */
    byte[] compile(String source, List<String> options);

    /** Version of the compiler and options that belong to this device; part of the cache's key. */
    String compilerVersion();

    long loadModule(byte[] machineCode);

    /** A kernel of a module. */
    long function(long module, String name);

    /** @param sharedBytes of dynamic shared memory, at most 48 KiB */
    void launch(String name, long function, Grid grid, int threads, int sharedBytes, Arguments arguments);

    /** From now on work is recorded instead of done, until {@link #endCapture}. */
    void beginCapture();

    /** A graph of the recorded work, ready to run. */
    long endCapture();

    void launchGraph(long graph);

    void freeGraph(long graph);

    /** A prepared product, or empty if the library has none for these formats. */
    Optional<Product> product(ProductSpec spec);

    /** A prepared convolution, or empty if the library is missing or has none for this shape. */
    Optional<DeviceConvolution> convolution(ConvolutionSpec spec);

    /** Frees everything that is left. */
    @Override
    void close();

    /** Blocks of a launch. */
    record Grid(int x, int y, int z) {
        static Grid of(int x) {
            return new Grid(x, 1, 1);
        }
    }

    /** d = alpha · op(a) · op(b) + beta · c, plus bias, all row-major on the device. */
    interface Product {
        /**
         * @param bias [N] in the result's format; 0 exactly if the spec has none
         * @param c not read if beta is 0; may be d
         */
        void run(long a, long b, long bias, long c, long d, float alpha, float beta);
    }

    /** A convolution or one of its gradients over x [N, H, W, Ci], w [Co, kh, kw, Ci] and y [N, Ho, Wo, Co]. */
    interface DeviceConvolution {
        long workspaceBytes();

        /** Overwrites y, x or w, as the spec says. */
        void run(long x, long w, long y, long workspace);
    }
}
