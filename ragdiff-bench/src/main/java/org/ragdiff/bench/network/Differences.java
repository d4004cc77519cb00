package org.ragdiff.bench.network;

/** How far results lie apart. */
final class Differences {
    private Differences() {}

    /** The largest difference as a share of the largest value of {@code expected}; NaN if one is NaN. */
    static double relative(float[] actual, float[] expected) {
        if (actual.length != expected.length) {
            throw new IllegalStateException(actual.length + " values, expected " + expected.length);
        }
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < actual.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double d = Math.abs(actual[i] - expected[i]);
            difference = d <= difference ? difference : d;
        }
        return largest == 0 ? Double.NaN : difference / largest;
    }
}
