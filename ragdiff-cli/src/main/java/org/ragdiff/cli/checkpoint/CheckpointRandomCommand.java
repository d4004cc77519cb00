package org.ragdiff.cli.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.core.io.Dtype;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff checkpoint random}. */
@Command(
        name = "random",
        description = "Writes a pipeline of random weights: UNet, VAE, scheduler and model_index.json.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  ragdiff checkpoint random --config sd15 --out out/sd15/"})
final class CheckpointRandomCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            paramLabel = "NAME",
            required = true,
            description = "Whose configuration: ${COMPLETION-CANDIDATES}.")
    private RandomPipeline config;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder to write; new or empty.")
    private Path folder;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of the weights (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            defaultValue = "F32",
            description = "How weights are stored: F32, F16 or BF16 (default: ${DEFAULT-VALUE}).")
    private Dtype storage;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (storage != Dtype.F32 && storage != Dtype.F16 && storage != Dtype.BF16) {
            throw new BadInputException("--dtype is F32, F16 or BF16, got " + storage);
        }
        OutputPaths.requireWritableFolder(folder);
        if (Files.isDirectory(folder)) {
            try (var files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw new BadInputException(
                            folder + " is not empty; give a new folder, so that no checkpoint is lost");
                }
            }
        }
        config.write(folder, seed, storage);
        spec.commandLine().getOut().println("wrote " + folder);
        return ExitCodes.DONE;
    }
}
