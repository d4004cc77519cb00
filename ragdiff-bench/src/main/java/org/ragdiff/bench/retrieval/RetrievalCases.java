package org.ragdiff.bench.retrieval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.Work;

/** The rows of retrieval. */
public final class RetrievalCases {
    /** The demo model's embeddings. */
    private static final int DIMENSION = 128;

    private RetrievalCases() {}

    /** All rows. */
    public static List<CaseSpec> list() {
        List<CaseSpec> out = new ArrayList<>();
        query(out, 1_000, true);
        query(out, 10_000, false);
        query(out, 100_000, true);
        solve(out, 16, DIMENSION, true);
        solve(out, 32, 1024, true);
        solve(out, 256, DIMENSION, false);
        out.add(new CaseSpec(
                "slle aggregate",
                "field space, 256 candidates",
                Work.uncounted(),
                CaseSpec.Effort.SHORT,
                true,
                () -> new AggregatorCase(DIMENSION)));
        return out;
    }

    private static void query(List<CaseSpec> out, int entries, boolean quick) {
        out.add(new CaseSpec(
                "database query",
                String.format(Locale.ROOT, "%d entries of %d, 32 nearest", entries, DIMENSION),
                Work.bytes((double) Float.BYTES * entries * DIMENSION),
                CaseSpec.Effort.SHORT,
                quick,
                () -> new DatabaseQueryCase(entries, DIMENSION, 32)));
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
