package org.ragdiff.cuda;

/** Takes the device's work of an operation: does it at once, or writes it down for a plan. */
interface Work {
    Device device();

    /**
     * Device memory for intermediate values, aligned to 256 bytes, valid until the operation ends.
     *
     * @param bytes at least 1
     */
    long scratch(long bytes);

    /** Empty arguments for the next launch. */
    Arguments arguments();

    void launch(String kernel, Gpu.Grid grid, int threads, int sharedBytes, Arguments arguments);

    void product(Gpu.Product product, long a, long b, long bias, long c, long d, float alpha, float beta);

    void convolution(Gpu.DeviceConvolution convolution, long x, long w, long y, long workspace);

    /** One thread an element, as far as the device has use for more blocks. */
    default void forEach(String kernel, long n, Arguments arguments) {
        long most = 32L * device().info().processors();
        launch(kernel, Gpu.Grid.of((int) Math.max(1, Math.min(most, (n + 255) / 256))), 256, 0, arguments);
    }
}
