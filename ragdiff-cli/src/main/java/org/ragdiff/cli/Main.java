package org.ragdiff.cli;

/** Entry point of the {@code ragdiff} command. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(RagdiffCommand.execute(args));
    }
}
