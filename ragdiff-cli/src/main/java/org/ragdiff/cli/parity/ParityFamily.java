package org.ragdiff.cli.parity;

import java.io.IOException;

/**
 * One kind of fixture folder: reads its cases, computes them with RAGDiff and reports how far the results
 * are from the recorded ones. Stateless; what is not in the folder's files is not assumed. New ones are
 * listed in {@link ParityFamilies}.
 */
public interface ParityFamily {
    /** As the folder is called, or as the field {@code family} of its index says. */
    String name();

    /**
     * Runs all cases, each by {@link ParityRun#check}, so that one that fails does not stop the others.
     *
     * @throws IOException if a file is missing or malformed beyond a single case; the message names it
     */
    void run(FixtureFolder folder, ParityRun run) throws IOException;
}
