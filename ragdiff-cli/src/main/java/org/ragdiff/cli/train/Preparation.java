package org.ragdiff.cli.train;

import org.ragdiff.data.pairs.PhotoGarments;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how far the cutting-out of photos is, now and then. Stateless. */
final class Preparation {
    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);
    private static final int EVERY = 200;

    private Preparation() {}

    static PhotoGarments.Progress progress() {
        return (done, all) -> {
            if (done % EVERY == 0) {
                LOG.info("prepared {} of {} photos", done, all);
            }
        };
    }
}
