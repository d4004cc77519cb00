package org.ragdiff.cli.index;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.retrieval.database.LuceneDatabase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ragdiff index delete}. */
@Command(
        name = "delete",
        description = "Deletes garments from a structure database.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ragdiff index delete --database database/ shirt-17 shirt-18",
            "  ragdiff index delete --database database/ --group sender-7"
        })
final class IndexDeleteCommand implements Callable<Integer> {
    @Option(names = "--database", required = true, paramLabel = "DIR", description = "Folder of the database.")
    private Path directory;

    @Parameters(arity = "0..*", paramLabel = "ID", description = "Garments, as `ragdiff index query` names them.")
    private List<String> ids = new ArrayList<>();

    @Option(names = "--group", paramLabel = "NAME", description = "All garments of a group (a sender).")
    private List<String> groups = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (ids.isEmpty() && groups.isEmpty()) {
            throw new BadInputException("nothing to delete: give ids of garments or --group");
        }
        List<String> unknown = new ArrayList<>();
        int deleted = 0;
        try (LuceneDatabase database = LuceneDatabase.openForWriting(directory)) {
            for (String id : asked(database)) {
                if (database.delete(id)) {
                    deleted++;
                } else {
                    unknown.add(id);
                }
            }
            database.commit();
            PrintWriter out = spec.commandLine().getOut();
            out.printf("%d garments deleted, %d in %s%n", deleted, database.count(), directory);
        }
        unknown.forEach(id -> spec.commandLine().getErr().println("no such garment: " + id));
        return unknown.isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private Set<String> asked(LuceneDatabase database) {
        Set<String> all = new LinkedHashSet<>(ids);
        if (!groups.isEmpty()) {
            Set<String> left = new LinkedHashSet<>(groups);
            for (StructureEntry e : database.entries()) {
                if (groups.contains(e.group())) {
                    all.add(e.id());
                    left.remove(e.group());
                }
            }
            if (!left.isEmpty()) {
                throw new BadInputException("no garment of group " + String.join(", ", left) + " in " + directory
                        + "; nothing was deleted");
            }
        }
        return all;
    }
}
