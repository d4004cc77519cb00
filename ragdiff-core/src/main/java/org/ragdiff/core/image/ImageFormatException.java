package org.ragdiff.core.image;

import java.io.IOException;

/** A file that is no readable picture; the message is one line and says what to do. */
public final class ImageFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    public ImageFormatException(String message) {
        super(message);
    }

    public ImageFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
