package org.ragdiff.cli.index;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ragdiff index add}. */
@Command(
        name = "add",
        description = {
            "Adds standard garments to a structure database that is there, all or none.",
            "A garment of an id that the database has takes its place."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  ragdiff index add --flats new/ --database database/"})
final class IndexAddCommand extends IndexFillCommand {
    @Option(names = "--database", required = true, paramLabel = "DIR", description = "Folder of the database.")
    private Path directory;

    @Override
    Path folder() {
        return directory;
    }

    @Override
    boolean adding() {
        return true;
    }

    @Override
    String words() {
        return "ragdiff index add";
    }
}
