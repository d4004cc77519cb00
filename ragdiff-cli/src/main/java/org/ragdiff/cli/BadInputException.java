package org.ragdiff.cli;

/** What the user gave cannot be used; the message says what came, what was expected, what to do. */
public final class BadInputException extends RuntimeException {
    public BadInputException(String message) {
        super(message);
    }

    public BadInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
