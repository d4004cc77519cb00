package org.ragdiff.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code ragdiff} command: its subcommands, common options and error reporting. */
@Command(
        name = "ragdiff",
        description = "Turns a photo of a garment into its standard flat-lay image.",
        mixinStandardHelpOptions = true,
        version = "ragdiff 0.1.0-SNAPSHOT",
        subcommands = {CommandLine.HelpCommand.class})
public final class RagdiffCommand {
    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Print stack traces of errors and the peak of off-heap memory.")
    boolean verbose;

    /** Runs a command line and returns its exit code; never throws. */
    public static int execute(String... args) {
        RagdiffCommand root = new RagdiffCommand();
        CommandLine line = new CommandLine(root);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            report(e, command.getErr(), root.verbose);
            return ExitCodes.BAD_INPUT;
        });
        return line.execute(args);
    }

    private static void report(Exception e, PrintWriter err, boolean verbose) {
        if (verbose) {
            e.printStackTrace(err);
        } else {
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            err.println("ragdiff: " + message.lines().findFirst().orElse(e.toString()));
        }
        err.flush();
    }
}
