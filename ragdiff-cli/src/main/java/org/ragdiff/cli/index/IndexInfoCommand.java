package org.ragdiff.cli.index;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.retrieval.database.LuceneDatabase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff index info}. */
@Command(
        name = "info",
        description = "Tells what a structure database holds.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  ragdiff index info --database database/"})
final class IndexInfoCommand implements Callable<Integer> {
    @Option(names = "--database", required = true, paramLabel = "DIR", description = "Folder of the database.")
    private Path directory;

    @Option(names = "--json", paramLabel = "FILE", description = "The same, for machines.")
    private Path json;

    @Spec
    private CommandSpec spec;

    /**
     * What {@code --json} holds.
     *
     * @param categories garments of each
     * @param made the command that built it, null if it is not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Info(
            int count,
            int dimension,
            String encoder,
            int groups,
            int thumbnails,
            long bytes,
            Map<String, Integer> categories,
            String made) {}

    @Override
    public Integer call() throws IOException {
        OutputPaths.requireWritableFile(json);
        Info info;
        try (LuceneDatabase database = LuceneDatabase.open(directory)) {
            info = look(database);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "garments    %d in %d groups%n", info.count(), info.groups());
        out.printf(Locale.ROOT, "embeddings  %d numbers, by encoder %s%n", info.dimension(), info.encoder());
        out.printf(Locale.ROOT, "thumbnails  %d%n", info.thumbnails());
        out.printf(Locale.ROOT, "files       %.1f MB%n", info.bytes() / 1e6);
        if (info.made() != null) {
            out.println("made by     " + info.made());
        }
        out.println("categories");
        info.categories().forEach((name, n) -> out.printf(Locale.ROOT, "  %-12s %d%n", name, n));
        OutputPaths.writeJson(json, info);
        return ExitCodes.DONE;
    }

    private Info look(LuceneDatabase database) throws IOException {
        Set<String> groups = new HashSet<>();
        Map<String, Integer> categories = new TreeMap<>();
        int thumbnails = 0;
        for (StructureEntry e : database.entries()) {
            groups.add(e.group());
            categories.merge(
                    e.attributes().category().name().toLowerCase(Locale.ROOT).replace('_', '-'), 1, Integer::sum);
            thumbnails += database.thumbnail(e.id()).isPresent() ? 1 : 0;
        }
        return new Info(
                database.count(),
                database.dimension(),
                database.encoderFingerprint(),
                groups.size(),
                thumbnails,
                database.size(),
                categories,
                database.provenance().map(Provenance::command).orElse(null));
    }
}
