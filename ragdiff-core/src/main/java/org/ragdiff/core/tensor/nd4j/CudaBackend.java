package org.ragdiff.core.tensor.nd4j;

import java.util.Optional;

/**
 * ND4J's CUDA 11.6 backend, if the build's profile {@code nd4j-cuda} put it on the class path. Its library holds
 * machine code for compute capabilities 3.7 to 8.6 and no PTX: it runs on those and on 8.9, and on nothing newer.
 * Stateless.
 */
final class CudaBackend {
    private static final String BACKEND = "org.nd4j.linalg.jcublas.JCublasBackend";
    private static final String RUNTIME = "org.bytedeco.cuda.global.cudart";
    private static final int MAJOR = 75;
    private static final int MINOR = 76;
    private static final String SERVED =
            "ND4J's CUDA 11.6 backend serves GPUs of compute capability 3.7 to 8.x (up to A100 and RTX 40)";

    private CudaBackend() {}

    /** Why it cannot run here, in words for a user; empty if it can or is not on the class path. */
    static Optional<String> unavailableReason() {
        try {
            Class.forName(BACKEND, false, CudaBackend.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.empty();
        }
        try {
            // By reflection: without the profile there is no such class, or that of another CUDA.
            Class<?> runtime = Class.forName(RUNTIME);
            return refusal(10 * attribute(runtime, MAJOR) + attribute(runtime, MINOR));
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return Optional.of(SERVED + "; its CUDA runtime does not load here: " + e);
        }
    }

    /** @param capability such as 86; 0 if there is no device */
    static Optional<String> refusal(int capability) {
        if (capability >= 37 && capability < 90) {
            return Optional.empty();
        }
        return Optional.of(SERVED
                + (capability == 0
                        ? "; there is none here"
                        : "; this one has " + capability / 10 + "." + capability % 10
                                + (capability >= 90 ? ", take the provider cuda" : "")));
    }

    private static int attribute(Class<?> runtime, int attribute) throws ReflectiveOperationException {
        int[] value = new int[1];
        int status = (Integer) runtime.getMethod("cudaDeviceGetAttribute", int[].class, int.class, int.class)
                .invoke(null, value, attribute, 0);
        return status == 0 ? value[0] : 0;
    }
}
