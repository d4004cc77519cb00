package org.ragdiff.core.train;

import java.util.Map;
import java.util.function.LongSupplier;

/** Measures how fast a run is. For one thread. */
final class Throughput {
    private final long samples;
    private final LongSupplier nanoTime;
    private final long firstStep;
    private final long started;
    private long lastStep;
    private long lastTime;

    /**
     * @param samples of one step, or 0
     * @param step steps done before
     * @param nanoTime as {@link System#nanoTime}
     */
    Throughput(long samples, long step, LongSupplier nanoTime) {
        this.samples = samples;
        this.nanoTime = nanoTime;
        this.firstStep = step;
        this.started = nanoTime.getAsLong();
        this.lastStep = step;
        this.lastTime = started;
    }

    /** {@code secondsPerStep} since the run began and, if samples are known, {@code imagesPerSecond} since the last call. */
    void put(long step, Map<String, Double> metrics) {
        long now = nanoTime.getAsLong();
        metrics.put("secondsPerStep", (now - started) / 1e9 / (step - firstStep));
        if (samples > 0 && now > lastTime) {
            metrics.put("imagesPerSecond", samples * (step - lastStep) / ((now - lastTime) / 1e9));
        }
        lastStep = step;
        lastTime = now;
    }
}
