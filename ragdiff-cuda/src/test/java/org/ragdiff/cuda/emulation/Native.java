package org.ragdiff.cuda.emulation;

/** What {@code emulation.cpp} offers; its library is loaded by {@link HostCompiler}. Not thread-safe. */
final class Native {
    private Native() {}

    /** A kernel by name; 0 if there is none. */
    static native long kernel(String name);

    /** Runs a kernel; false if threads of a block wait for each other for ever. */
    static native boolean launch(long kernel, int x, int y, int z, int threads, int shared, long arguments);

    static native void product(
            long[] shape,
            long[] addresses,
            int in,
            int out,
            boolean transposeA,
            boolean transposeB,
            float alpha,
            float beta);

    static native void convolution(int kind, long[] shape, long x, long w, long y, int format);
}
