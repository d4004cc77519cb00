package org.ragdiff.cuda;

/** A call of the driver or of one of NVIDIA's libraries failed. The message names the operation, the call and the error. */
public final class CudaException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public CudaException(String message) {
        super(message);
    }

    public CudaException(String message, Throwable cause) {
        super(message, cause);
    }
}
