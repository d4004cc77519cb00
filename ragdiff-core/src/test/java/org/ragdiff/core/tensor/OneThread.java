package org.ragdiff.core.tensor;

/** For networks so small that a second thread only costs time, most of all on a busy machine. */
public final class OneThread {
    private static final String THREADS = "ragdiff.threads";

    private OneThread() {}

    /** The default kernels on one thread. */
    public static Kernels kernels() {
        String before = System.setProperty(THREADS, "1");
        try {
            return KernelProviders.defaultKernels();
        } finally {
            if (before == null) {
                System.clearProperty(THREADS);
            } else {
                System.setProperty(THREADS, before);
            }
        }
    }
}
