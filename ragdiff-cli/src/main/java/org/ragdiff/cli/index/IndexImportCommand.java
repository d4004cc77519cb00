package org.ragdiff.cli.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.retrieval.database.LuceneDatabase;
import org.ragdiff.retrieval.database.exchange.ConflictPolicy;
import org.ragdiff.retrieval.database.exchange.DatabaseImport;
import org.ragdiff.retrieval.database.exchange.IntakeCounts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff index import}. */
@Command(
        name = "import",
        description = {
            "Brings files as `ragdiff index export` writes them into a structure database, all or none.",
            "A database that is not there is made."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ragdiff index import --from exported/ --database database/",
            "  ragdiff index import --from exported/ --database database/ --on-conflict replace"
        })
final class IndexImportCommand implements Callable<Integer> {
    @Option(names = "--from", required = true, paramLabel = "DIR", description = "Folder of the files.")
    private Path from;

    @Option(names = "--database", required = true, paramLabel = "DIR", description = "Folder of the database.")
    private Path directory;

    @Option(
            names = "--on-conflict",
            paramLabel = "WHAT",
            defaultValue = "fail",
            description = "Where an id is there already with other content: ${COMPLETION-CANDIDATES}"
                    + " (default: ${DEFAULT-VALUE}).")
    private ConflictPolicy policy;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        OutputPaths.requireWritableFolder(directory);
        DatabaseImport files = DatabaseImport.open(from);
        try (LuceneDatabase database = LuceneDatabase.exists(directory)
                ? LuceneDatabase.openForWriting(directory, files.encoderFingerprint())
                : LuceneDatabase.create(directory, files.dimension(), files.encoderFingerprint())) {
            boolean fresh = database.count() == 0;
            IntakeCounts counts = files.into(database, policy);
            if (fresh) {
                files.provenance().ifPresent(database::describe);
            }
            database.commit();
            report(spec, counts, database);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage(), e);
        }
        return ExitCodes.DONE;
    }

    static void report(CommandSpec spec, IntakeCounts counts, LuceneDatabase database) {
        spec.commandLine()
                .getOut()
                .printf(
                        "%d garments added, %d replaced, %d left as they were, %d in %s%n",
                        counts.added(), counts.replaced(), counts.kept(), database.count(), database.directory());
    }
}
