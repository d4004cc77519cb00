package org.ragdiff.cli.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.retrieval.database.LuceneDatabase;
import org.ragdiff.retrieval.database.exchange.DatabaseMerge;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
    @Mixin
    private IntakeOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path from = options.from();
        Path directory = options.directory();
        if (Files.exists(from) && Files.exists(directory) && Files.isSameFile(from, directory)) {
            throw new BadInputException("--from and --database are the same folder, " + from);
        }
        try (LuceneDatabase source = LuceneDatabase.open(from);
                LuceneDatabase target = LuceneDatabase.openForWriting(directory)) {
            var counts = DatabaseMerge.merge(source, target, options.policy());
            target.commit();
            IntakeOptions.report(spec, counts, target);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage() + "; nothing was merged", e);
        }
        return ExitCodes.DONE;
    }
}
