package org.ragdiff.bench.retrieval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.PairedCase;
import org.ragdiff.bench.Work;

/** The rows of retrieval. */
public final class RetrievalCases {
    /** The demo model's embeddings. */
    private static final int DIMENSION = 128;

    private RetrievalCases() {}

    /** All rows. */
    public static List<CaseSpec> list() {
        List<CaseSpec> out = new ArrayList<>();
        query(out, 1, 1_000, DIMENSION, true);
        query(out, 1, 10_000, DIMENSION, false);
        query(out, 1, 100_000, DIMENSION, true);
        query(out, 1, 200_000, 256, false);
        query(out, 16, 100_000, DIMENSION, true);
        solve(out, 16, DIMENSION, true);
        solve(out, 16, 512, true);
        solve(out, 32, 1024, true);
        solve(out, 256, DIMENSION, false);
        plain(out, "slle solve plain", () -> new SlleCommonsCase(16, 512));
        plain(out, "slle solve smile", () -> new SlleSmileCase(16, 512));
        out.add(new CaseSpec(
                "slle batch",
                "512 queries, 16 neighbours of 512 f64",
                Work.uncounted(),
                CaseSpec.Effort.SHORT,
                true,
                () -> new SlleBatchCase(512, 16, 512)));
        out.add(new CaseSpec(
                "slle aggregate",
                "field space, 256 candidates",
                Work.uncounted(),
                CaseSpec.Effort.SHORT,
                true,
                () -> new AggregatorCase(DIMENSION)));
        return out;
    }

    private static void plain(List<CaseSpec> out, String name, Supplier<PairedCase> made) {
        out.add(new CaseSpec(name, "16 neighbours of 512 f64", Work.uncounted(), CaseSpec.Effort.SHORT, true, made));
    }

    private static void query(List<CaseSpec> out, int queries, int entries, int dimension, boolean quick) {
        out.add(new CaseSpec(
                queries == 1 ? "database query" : "database queries",
                String.format(
                        Locale.ROOT,
                        "%s%d entries of %d, 32 nearest",
                        queries == 1 ? "" : queries + " at once, ",
                        entries,
                        dimension),
                queries == 1
                        ? Work.bytes((double) Float.BYTES * entries * dimension)
                        : Work.flops(2.0 * queries * entries * dimension),
                CaseSpec.Effort.SHORT,
                quick,
                () -> new DatabaseQueryCase(queries, entries, dimension, 32)));
    }

    private static void solve(List<CaseSpec> out, int neighbours, int dimension, boolean quick) {
        out.add(new CaseSpec(
                "slle solve",
                neighbours + " neighbours of " + dimension + " f64",
                Work.uncounted(),
                CaseSpec.Effort.SHORT,
                quick,
                () -> new SlleCase(neighbours, dimension)));
    }
}
