package org.ragdiff.retrieval.attributes.llm;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * Time and chance of the retries. Its parts are thread-safe.
 *
 * @param clock against which dates of Retry-After are read
 * @param sleeper waits
 * @param jitter uniform in [0, 1)
 */
record Timing(InstantSource clock, Sleeper sleeper, DoubleSupplier jitter) {
    /** Waits. */
    interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    Timing {
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(sleeper, "sleeper");
        Objects.requireNonNull(jitter, "jitter");
    }

    /** Jitter need not be repeatable: it never changes an answer. */
    static Timing system() {
        return new Timing(InstantSource.system(), d -> Thread.sleep(d.toMillis()), () -> ThreadLocalRandom.current()
                .nextDouble());
    }
}
