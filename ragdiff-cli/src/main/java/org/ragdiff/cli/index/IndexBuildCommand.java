package org.ragdiff.cli.index;

import java.nio.file.Path;
import org.ragdiff.retrieval.database.LuceneDatabase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ragdiff index build}. */
@Command(
        name = "build",
        description = {
            "Builds a structure database from standard garments.",
            "A database that is there already is replaced when the new one is complete, or added to with --add."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ragdiff index build --photos photos/ --out database/",
            "  ragdiff index build --synth 1000 --out database/",
            "  ragdiff index build --flats catalogue/ --out database/ --add"
        })
final class IndexBuildCommand extends IndexFillCommand {
    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of the database.")
    private Path out;

    @Option(names = "--add", description = "Keep the garments that the database has.")
    private boolean add;

    @Override
    Path folder() {
        return out;
    }

    @Override
    boolean adding() {
        return add && LuceneDatabase.exists(out);
    }

    @Override
    String words() {
        return "ragdiff index build" + (add ? " --add" : "");
    }
}
