package org.ragdiff.cli;

/** Entry point of the {@code ragdiff} command. */
public final class Main {
    private static final String JAVACPP_LOGGER = "org.bytedeco.javacpp.logger";

    private Main() {}

    public static void main(String[] args) {
        // Otherwise JavaCPP prints its warnings itself.
        if (System.getProperty(JAVACPP_LOGGER) == null) {
            System.setProperty(JAVACPP_LOGGER, "slf4j");
        }
        System.exit(RagdiffCommand.execute(args));
    }
}
