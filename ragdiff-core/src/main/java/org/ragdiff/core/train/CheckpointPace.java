package org.ragdiff.core.train;

import java.util.function.LongSupplier;

/**
 * Says when a checkpoint is due by the clock. Writing takes at most a twentieth of the time: where it takes long, the
 * interval grows. For one thread.
 */
final class CheckpointPace {
    private static final long LEAST_WORK_PER_WRITING = 20;

    private final long interval;
    private final LongSupplier nanoTime;
    private long last;
    private long writing;

    /**
     * @param minutes between checkpoints; 0 for never
     * @param nanoTime as {@link System#nanoTime}
     */
    CheckpointPace(double minutes, LongSupplier nanoTime) {
        this.interval = minutes == 0 ? Long.MAX_VALUE : Math.round(minutes * 60e9);
        this.nanoTime = nanoTime;
        this.last = nanoTime.getAsLong();
    }

    boolean due() {
        return nanoTime.getAsLong() - last >= Math.max(interval, LEAST_WORK_PER_WRITING * writing);
    }

    /** Writes a checkpoint now. */
    <E extends Exception> void write(Writing<E> checkpoint) throws E {
        long started = nanoTime.getAsLong();
        checkpoint.run();
        last = nanoTime.getAsLong();
        writing = last - started;
    }

    /** What writes. */
    interface Writing<E extends Exception> {
        void run() throws E;
    }
}
