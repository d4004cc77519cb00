package org.ragdiff.cli.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.retrieval.database.LuceneDatabase;
import org.ragdiff.retrieval.database.exchange.DatabaseImport;
import org.ragdiff.retrieval.database.exchange.IntakeCounts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
    @Mixin
    private IntakeOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path directory = options.directory();
        OutputPaths.requireWritableFolder(directory);
        DatabaseImport files = DatabaseImport.open(options.from());
        try (LuceneDatabase database = LuceneDatabase.exists(directory)
                ? LuceneDatabase.openForWriting(directory, files.encoderFingerprint())
                : LuceneDatabase.create(directory, files.dimension(), files.encoderFingerprint())) {
            boolean fresh = database.count() == 0;
            IntakeCounts counts = files.into(database, options.policy());
            if (fresh) {
                files.provenance().ifPresent(database::describe);
            }
            database.commit();
            IntakeOptions.report(spec, counts, database);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage(), e);
        }
        return ExitCodes.DONE;
    }
}
