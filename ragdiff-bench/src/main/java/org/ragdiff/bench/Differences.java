package org.ragdiff.bench;

/** Compares results of two implementations. */
public final class Differences {
    private Differences() {}

    /**
     * The largest absolute difference as a share of the peer's largest absolute value; NaN if a value is not a
     * number or the peer's are all 0, for then nothing has been compared.
     *
     * @throws IllegalArgumentException if the numbers of values differ
     */
    public static double ofLargest(float[] ours, float[] peer) {
        if (ours.length != peer.length) {
            throw new IllegalArgumentException(ours.length + " values of ours, " + peer.length + " of the peer's");
        }
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < ours.length; i++) {
            largest = Math.max(largest, Math.abs(peer[i]));
            double d = Math.abs((double) ours[i] - peer[i]);
            // Written so that a NaN stays.
            difference = d <= difference ? difference : d;
            if (Double.isNaN(difference)) {
                return Double.NaN;
            }
        }
        return largest == 0 ? Double.NaN : difference / largest;
    }
}
