package org.ragdiff.cli;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Entry point of the {@code ragdiff} command. */
public final class Main {
    private static final String JAVACPP_LOGGER = "org.bytedeco.javacpp.logger";

    /** Kept here: a logger that nothing refers to forgets its level. */
    private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

    private Main() {}

    public static void main(String[] args) {
        // Otherwise JavaCPP prints its warnings itself.
        if (System.getProperty(JAVACPP_LOGGER) == null) {
            System.setProperty(JAVACPP_LOGGER, "slf4j");
        }
        // On newer Java it tells how it reads memory.
        LUCENE.setLevel(Level.WARNING);
        System.exit(RagdiffCommand.execute(args));
    }
}
