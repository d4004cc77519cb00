package org.ragdiff.cli;

import java.io.PrintWriter;
import org.ragdiff.cli.ablate.AblateCommand;
import org.ragdiff.cli.checkpoint.CheckpointCommand;
import org.ragdiff.cli.data.DataCommand;
import org.ragdiff.cli.demo.DemoCommand;
import org.ragdiff.cli.evaluate.CalibrateCommand;
import org.ragdiff.cli.evaluate.EvaluateCommand;
import org.ragdiff.cli.generate.GenerateCommand;
import org.ragdiff.cli.index.IndexCommand;
import org.ragdiff.cli.measure.MeasureCommand;
import org.ragdiff.cli.parity.ParityCommand;
import org.ragdiff.cli.retrieval.EvaluateRetrievalCommand;
import org.ragdiff.cli.train.TrainCommand;
import org.ragdiff.core.provenance.Versions;
import org.ragdiff.data.dataset.WrongLayoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code ragdiff} command: its subcommands, common options and error reporting. */
@Command(
        name = "ragdiff",
        description = "Turns a photo of a garment into its standard flat-lay image.",
        mixinStandardHelpOptions = true,
        footer = {"", "Benchmarks have a class path of their own: ./ragdiff bench --help"},
        subcommands = {
            DemoCommand.class,
            GenerateCommand.class,
            EvaluateCommand.class,
            CalibrateCommand.class,
            MeasureCommand.class,
            AblateCommand.class,
            EvaluateRetrievalCommand.class,
            TrainCommand.class,
            DataCommand.class,
            IndexCommand.class,
            CheckpointCommand.class,
            ParityCommand.class,
            DoctorCommand.class,
            CommandLine.HelpCommand.class
        })
public final class RagdiffCommand {
    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Print stack traces of errors and the peak of off-heap memory.")
    boolean verbose;

    /** Runs a command line and returns its exit code; never throws. */
    public static int execute(String... args) {
        return execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args);
    }

    /** As {@link #execute(String...)}, with what is printed going to writers. */
    public static int execute(PrintWriter out, PrintWriter err, String... args) {
        RagdiffCommand root = new RagdiffCommand();
        CommandLine line = new CommandLine(root);
        setVersion(line, "ragdiff " + Versions.ragdiff());
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((e, given) -> {
            CommandLine command = e.getCommandLine();
            String name = command.getCommandSpec().qualifiedName();
            err.println("ragdiff: " + oneLine(e) + "; see `" + name + " --help`");
            return ExitCodes.BAD_INPUT;
        });
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            report(e, err, root.verbose);
            return ExitCodes.BAD_INPUT;
        });
        line.setExecutionStrategy(parsed -> {
            if (!root.verbose) {
                return new CommandLine.RunLast().execute(parsed);
            }
            try (OffHeapPeak peak = OffHeapPeak.start()) {
                int code = new CommandLine.RunLast().execute(parsed);
                err.println(peak.report());
                return code;
            }
        });
        try {
            return line.execute(args);
        } catch (OutOfMemoryError e) {
            report(outOfMemory(e), err, root.verbose);
            return ExitCodes.BAD_INPUT;
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static void setVersion(CommandLine command, String version) {
        command.getCommandSpec().version(version);
        command.getSubcommands().values().forEach(c -> setVersion(c, version));
    }

    private static BadInputException outOfMemory(OutOfMemoryError e) {
        return new BadInputException(
                "out of memory (" + oneLine(e)
                        + "); give more by RAGDIFF_HEAP (Java's heap, such as 6g) or RAGDIFF_MEMORY (all memory), or work"
                        + " on smaller pictures",
                e);
    }

    private static void report(Exception e, PrintWriter err, boolean verbose) {
        if (verbose) {
            e.printStackTrace(err);
        } else {
            err.println("ragdiff: " + (e instanceof WrongLayoutException ? e.getMessage() : oneLine(e)));
        }
    }

    private static String oneLine(Throwable e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return message.lines().findFirst().orElse(e.toString());
    }
}
