package org.ragdiff.cli.train;

import org.ragdiff.data.pairs.PhotoGarments;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how far what comes before a training is, now and then. Stateless. */
final class Preparation {
    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);
    private static final int EVERY = 200;
    private static final int EVERY_PAIRS = 1024;

    private Preparation() {}

    static PhotoGarments.Progress progress() {
        return (done, all) -> {
            if (done % EVERY == 0) {
                LOG.info("prepared {} of {} photos", done, all);
            }
        };
    }

    static PairFeatures.Progress features() {
        return (done, all) -> {
            if (done % EVERY_PAIRS == 0) {
                LOG.info("features of {} of {} pairs", done, all);
            }
        };
    }
}
