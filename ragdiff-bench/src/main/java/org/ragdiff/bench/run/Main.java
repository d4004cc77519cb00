package org.ragdiff.bench.run;

import java.io.PrintWriter;
import picocli.CommandLine;

/** Entry point of {@code ragdiff bench}. */
public final class Main {
    private static final int WRONG_USE = 2;
    private static final String JAVACPP_LOGGER = "org.bytedeco.javacpp.logger";

    private Main() {}

    public static void main(String[] args) {
        // Otherwise JavaCPP prints its warnings itself.
        if (System.getProperty(JAVACPP_LOGGER) == null) {
            System.setProperty(JAVACPP_LOGGER, "slf4j");
        }
        System.exit(execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    static int execute(PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = new CommandLine(new BenchCommand());
        line.setOut(out);
        line.setErr(err);
        line.setParameterExceptionHandler((e, given) -> {
            err.println("ragdiff bench: " + e.getMessage() + "; see `ragdiff bench --help`");
            return WRONG_USE;
        });
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            err.println("ragdiff bench: " + e.getMessage());
            return WRONG_USE;
        });
        return line.execute(args);
    }
}
