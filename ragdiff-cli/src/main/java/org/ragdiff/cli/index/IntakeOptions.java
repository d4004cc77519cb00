package org.ragdiff.cli.index;

import java.nio.file.Path;
import org.ragdiff.retrieval.database.LuceneDatabase;
import org.ragdiff.retrieval.database.exchange.ConflictPolicy;
import org.ragdiff.retrieval.database.exchange.IntakeCounts;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options of commands that bring entries from a folder into a database. */
final class IntakeOptions {
    @Option(names = "--from", required = true, paramLabel = "DIR", description = "Folder to read.")
    private Path from;

    @Option(names = "--database", required = true, paramLabel = "DIR", description = "The database to add to.")
    private Path directory;

    @Option(
            names = "--on-conflict",
            paramLabel = "WHAT",
            defaultValue = "fail",
            description = "Where an id is there already with other content: ${COMPLETION-CANDIDATES}"
                    + " (default: ${DEFAULT-VALUE}).")
    private ConflictPolicy policy;

    Path from() {
        return from;
    }

    Path directory() {
        return directory;
    }

    ConflictPolicy policy() {
        return policy;
    }

    static void report(CommandSpec spec, IntakeCounts counts, LuceneDatabase database) {
        spec.commandLine()
                .getOut()
                .printf(
                        "%d garments added, %d replaced, %d left as they were, %d in %s%n",
                        counts.added(), counts.replaced(), counts.kept(), database.count(), database.directory());
    }
}
