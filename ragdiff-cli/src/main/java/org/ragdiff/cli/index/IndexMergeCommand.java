package org.ragdiff.cli.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.retrieval.database.LuceneDatabase;
import org.ragdiff.retrieval.database.exchange.ConflictPolicy;
import org.ragdiff.retrieval.database.exchange.DatabaseMerge;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff index merge}. */
@Command(
        name = "merge",
        description = "Brings the garments of one structure database into another of the same encoder, all or none.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ragdiff index merge --from theirs/ --database database/",
            "  ragdiff index merge --from theirs/ --database database/ --on-conflict keep"
        })
final class IndexMergeCommand implements Callable<Integer> {
    @Option(names = "--from", required = true, paramLabel = "DIR", description = "The database to read.")
    private Path from;

    @Option(names = "--database", required = true, paramLabel = "DIR", description = "The database to add to.")
    private Path directory;

    @Option(
            names = "--on-conflict",
            paramLabel = "WHAT",
            defaultValue = "fail",
            description = "Where both have an id with different content: ${COMPLETION-CANDIDATES}"
                    + " (default: ${DEFAULT-VALUE}).")
    private ConflictPolicy policy;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (Files.exists(from) && Files.exists(directory) && Files.isSameFile(from, directory)) {
            throw new BadInputException("--from and --database are the same folder, " + from);
        }
        try (LuceneDatabase source = LuceneDatabase.open(from);
                LuceneDatabase target = LuceneDatabase.openForWriting(directory)) {
            var counts = DatabaseMerge.merge(source, target, policy);
            target.commit();
            IndexImportCommand.report(spec, counts, target);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage() + "; nothing was merged", e);
        }
        return ExitCodes.DONE;
    }
}
