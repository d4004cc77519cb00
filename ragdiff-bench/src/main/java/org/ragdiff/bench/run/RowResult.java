package org.ragdiff.bench.run;

import org.ragdiff.bench.RowSpec;

/**
 * The figures of a row: medians over all iterations of all forks.
 *
 * @param peer name and variant of the peer; empty if there is none
 * @param ours milliseconds
 * @param peerTime milliseconds of the peer; 0 if there is none
 * @param rate GFLOP/s, GB/s or images/s of ours; 0 if not counted
 * @param spread half of the distance between the quartiles of ours' iterations, as a share of the median
 * @param heapBytes Java heap of one computation of ours
 * @param offHeapBytes most memory off the heap of ours
 * @param peerOffHeapBytes of the peer's
 * @param difference of the results, as a share of the largest value
 */
public record RowResult(
        RowSpec spec,
        String peer,
        double ours,
        double peerTime,
        double rate,
        double spread,
        double heapBytes,
        double offHeapBytes,
        double peerOffHeapBytes,
        double difference) {
    /** ours / peer; NaN if there is no peer. */
    public double ratio() {
        return peerTime > 0 ? ours / peerTime : Double.NaN;
    }

    /** The rate of the peer; 0 if there is none or it is not counted. */
    double peerRate() {
        return spec.work().rate(peerTime);
    }

    /** The faster of both rates. */
    double bestRate() {
        return Math.max(rate, peerRate());
    }
}
