package org.ragdiff.bench.run;

import java.util.Arrays;

/**
 * Repeats one computation for a while and takes the median of its times. Before, it waits until the other
 * side's threads sleep (OpenMP's spin for a while after each computation, and one that spins on the processor
 * where another should run costs that one milliseconds), and runs unmeasured until the caches hold its data.
 */
final class Slice {
    private static final int MOST = 1 << 16;
    private static final long REST_MILLIS = 25;
    private static final double LEAD_IN = 0.25;
    private static final com.sun.management.ThreadMXBean ALLOCATION =
            (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();

    private final long[] times = new long[MOST];
    private double millis;
    private double heapBytes;

    /**
     * Runs.
     *
     * @param nanos how long to measure; one computation at least
     */
    void run(Runnable computation, long nanos) {
        rest();
        long start = System.nanoTime();
        long leadIn = (long) (nanos * LEAD_IN);
        // What takes longer than a slice needs no lead-in.
        if (millis * 1e6 < nanos) {
            do {
                computation.run();
            } while (System.nanoTime() - start < leadIn);
        }
        long allocated = ALLOCATION.getCurrentThreadAllocatedBytes();
        int n = 0;
        long begin = System.nanoTime();
        long last = begin;
        do {
            computation.run();
            long now = System.nanoTime();
            times[n++] = now - last;
            last = now;
        } while (n < MOST && last - begin < nanos);
        heapBytes = (double) (ALLOCATION.getCurrentThreadAllocatedBytes() - allocated) / n;
        Arrays.sort(times, 0, n);
        millis = (times[(n - 1) / 2] + times[n / 2]) / 2e6;
    }

    private static void rest() {
        try {
            Thread.sleep(REST_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted between two slices", e);
        }
    }

    /** Median of the last run. */
    double millis() {
        return millis;
    }

    /** Java heap that one computation took, in the calling thread. */
    double heapBytes() {
        return heapBytes;
    }
}
