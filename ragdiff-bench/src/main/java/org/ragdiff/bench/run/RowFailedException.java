package org.ragdiff.bench.run;

/** A row could not be measured, or its results differ from the peer's. */
public final class RowFailedException extends Exception {
    private static final long serialVersionUID = 1;

    RowFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
