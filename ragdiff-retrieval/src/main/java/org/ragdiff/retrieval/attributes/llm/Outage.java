package org.ragdiff.retrieval.attributes.llm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Notices a server that is down, so that not every photo of a folder waits for it: after some photos in a row that
 * it failed, none is sent for a while; then one more failure begins the next while. Thread-safe.
 */
final class Outage {
    /** Photos in a row. */
    static final int FAILURES = 3;
    /** For how long nothing is sent. */
    static final Duration PAUSE = Duration.ofSeconds(60);

    private final InstantSource clock;
    private int failures;
    private Instant until = Instant.MIN;

    Outage(InstantSource clock) {
        this.clock = clock;
    }

    synchronized boolean lasts() {
        return clock.instant().isBefore(until);
    }

    /** The server answered, whatever it said. */
    synchronized void answered() {
        failures = 0;
    }

    /** @return whether a pause begins */
    synchronized boolean failed() {
        failures = Math.min(failures + 1, FAILURES);
        if (failures < FAILURES || lasts()) {
            return false;
        }
        until = clock.instant().plus(PAUSE);
        return true;
    }
}
