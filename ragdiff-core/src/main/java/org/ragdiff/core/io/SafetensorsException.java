package org.ragdiff.core.io;

import java.io.IOException;
import java.nio.file.Path;

/** A file that is no valid safetensors file or does not hold what was asked for. */
public final class SafetensorsException extends IOException {
    private static final long serialVersionUID = 1L;

    public SafetensorsException(Path path, String problem) {
        super(path + ": " + problem);
    }

    public SafetensorsException(Path path, String problem, Throwable cause) {
        super(path + ": " + problem, cause);
    }
}
