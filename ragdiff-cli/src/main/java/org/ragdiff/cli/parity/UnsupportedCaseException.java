package org.ragdiff.cli.parity;

/** A case asks for what RAGDiff does not have; the message is the reason for skipping it. */
public final class UnsupportedCaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnsupportedCaseException(String reason) {
        super(reason);
    }
}
