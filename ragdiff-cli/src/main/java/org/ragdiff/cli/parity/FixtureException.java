package org.ragdiff.cli.parity;

/** A fixture file lacks something or holds something unexpected; the message names file and field. */
public final class FixtureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FixtureException(String message) {
        super(message);
    }

    public FixtureException(String message, Throwable cause) {
        super(message, cause);
    }
}
