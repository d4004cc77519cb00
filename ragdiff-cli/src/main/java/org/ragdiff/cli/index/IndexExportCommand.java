package org.ragdiff.cli.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.retrieval.database.LuceneDatabase;
import org.ragdiff.retrieval.database.exchange.DatabaseExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff index export}. */
@Command(
        name = "export",
        description = {
            "Writes a structure database as files that other programs read:",
            "database.json, entries.jsonl, embeddings.npy, fields.npy, silhouettes and thumbnails."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  ragdiff index export --database database/ --out exported/"})
final class IndexExportCommand implements Callable<Integer> {
    @Option(names = "--database", required = true, paramLabel = "DIR", description = "Folder of the database.")
    private Path directory;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "A new folder, or an empty one.")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        OutputPaths.requireWritableFolder(out);
        try (LuceneDatabase database = LuceneDatabase.open(directory)) {
            int count = DatabaseExport.write(database, out);
            spec.commandLine().getOut().println(count + " garments in " + out);
        }
        return ExitCodes.DONE;
    }
}
