package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.List;

/**
 * One list of the family {@code metrics}, such as {@code image_pairs}: computes what its entries hold with
 * RAGDiff's metrics. Stateless. New ones are listed in {@link MetricsFamily}.
 */
interface MetricGroup {
    /** The field of {@code expected.json} that holds the entries. */
    String name();

    /**
     * Runs all entries, each by {@link ParityRun#check}, so that one that fails does not stop the others.
     *
     * @param entries in the order of the file; may be empty
     * @throws IOException if a tensor file is missing or malformed beyond a single case
     */
    void run(FixtureFolder folder, List<FixtureObject> entries, ParityRun run) throws IOException;
}
