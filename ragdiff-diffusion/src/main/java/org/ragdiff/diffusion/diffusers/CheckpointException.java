package org.ragdiff.diffusion.diffusers;

import java.io.IOException;

/** A checkpoint folder that is incomplete, malformed or uses what is not implemented. */
public final class CheckpointException extends IOException {
    private static final long serialVersionUID = 1L;

    public CheckpointException(String message) {
        super(message);
    }

    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
