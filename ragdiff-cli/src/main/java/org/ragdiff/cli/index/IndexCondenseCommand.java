package org.ragdiff.cli.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.retrieval.condense.Condensation;
import org.ragdiff.retrieval.database.LuceneDatabase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff index condense}. */
@Command(
        name = "condense",
        description = "Writes a smaller database of the garments that stand best for all: prototypes by k-medoids over"
                + " embeddings and silhouettes.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  ragdiff index condense --database database/ --to 0.2 --out small/"})
final class IndexCondenseCommand implements Callable<Integer> {
    @Option(names = "--database", required = true, paramLabel = "DIR", description = "The database; not changed.")
    private Path directory;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the new database, in which there is none yet.")
    private Path out;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "SHARE",
            description = "Share of the garments to keep, above 0 up to 1.")
    private double share;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of the first choice of prototypes (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (!(share > 0 && share <= 1)) {
            throw new BadInputException("--to must be above 0 and at most 1, got " + share);
        }
        try (LuceneDatabase source = LuceneDatabase.open(directory)) {
            List<StructureEntry> all = new ArrayList<>();
            source.entries().forEach(all::add);
            if (all.isEmpty()) {
                throw new BadInputException("the database " + directory + " is empty, there is nothing to condense");
            }
            if (LuceneDatabase.exists(out)) {
                throw new BadInputException("--out " + out + " holds a database already; name another folder");
            }
            List<StructureEntry> kept = Condensation.condense(all, share, seed);
            try (LuceneDatabase target = LuceneDatabase.create(out, source.dimension(), source.encoderFingerprint())) {
                target.upsert(kept);
                for (StructureEntry e : kept) {
                    source.thumbnail(e.id()).ifPresent(t -> target.putThumbnail(e.id(), t));
                }
                target.commit();
            }
            spec.commandLine().getOut().printf(Locale.ROOT, "%d of %d garments in %s%n", kept.size(), all.size(), out);
        }
        return ExitCodes.DONE;
    }
}
