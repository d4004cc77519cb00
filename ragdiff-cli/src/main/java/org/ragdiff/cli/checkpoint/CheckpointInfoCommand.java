package org.ragdiff.cli.checkpoint;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ragdiff checkpoint info}. */
@Command(
        name = "info",
        description = {
            "Tells what a checkpoint holds and whether it fits.",
            "Are the configurations implemented, are the weights' names and shapes those of the networks, and how much",
            "memory do they take? Reads no weights. Exits with 1 if something does not fit."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  ragdiff checkpoint info out/sd15/", "  ragdiff checkpoint info controlnet/"})
final class CheckpointInfoCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "DIR|FILE",
            description = "Folder with a model_index.json, folder of one network with a config.json, or an IP-Adapter's"
                    + " safetensors file.")
    private Path folder;

    @Option(
            names = "--unet",
            paramLabel = "DIR",
            description = "Folder of the UNet that an IP-Adapter is for; its weights are not read.")
    private Path unet;

    @Option(names = "--json", paramLabel = "FILE", description = "The same, for machines.")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        OutputPaths.requireWritableFile(json);
        CheckpointReport report = CheckpointReport.of(folder, unet);
        PrintWriter out = spec.commandLine().getOut();
        out.println("pipeline    " + report.pipeline());
        long memory = 0;
        for (CheckpointReport.Component c : report.components()) {
            out.printf(Locale.ROOT, "%-11s %s%n", c.name(), c.className());
            if (c.parameters() != null) {
                out.printf(
                        Locale.ROOT,
                        "            %,d parameters in %d tensors %s, %.1f MB in the file, %.1f MB in memory%n",
                        c.parameters(),
                        c.tensors(),
                        c.types(),
                        c.fileBytes() / 1e6,
                        c.memoryBytes() / 1e6);
                memory += c.memoryBytes();
            }
            out.println("            " + c.status());
        }
        out.printf(
                Locale.ROOT,
                "memory      %.1f MB of weights; sampling packs them once more, and adds what a step's maps take%n",
                memory / 1e6);
        OutputPaths.writeJson(json, report);
        return report.usable() ? ExitCodes.DONE : ExitCodes.FAILED;
    }
}
