package org.ragdiff.cli;

/** Exit codes of every command; scripts rely on them. */
public final class ExitCodes {
    public static final int DONE = 0;
    /** A check failed, or some inputs of many. */
    public static final int FAILED = 1;
    /** Wrong use or bad input. */
    public static final int BAD_INPUT = 2;

    private ExitCodes() {}
}
