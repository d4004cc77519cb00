package org.ragdiff.eval.stat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Holm's step-down correction of several tests (Holm, "A simple sequentially rejective multiple test procedure",
 * Scandinavian Journal of Statistics 6, 1979): rejecting those of adjusted p ≤ α keeps the probability of any
 * false rejection at or below α, whatever the dependence between the tests. Stateless.
 */
public final class Holm {
    private Holm() {}

    /**
     * @param p of all tests of the family, each in [0, 1]; not modified
     * @return adjusted p values in the same order
     */
    public static double[] adjust(double[] p) {
        for (double v : p) {
            if (!(v >= 0 && v <= 1)) {
                throw new IllegalArgumentException("p values must be in [0, 1], got " + v);
            }
        }
        int m = p.length;
        Integer[] order = IntStream.range(0, m).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> p[i]));
        double[] adjusted = new double[m];
        double largest = 0;
        for (int i = 0; i < m; i++) {
            largest = Math.max(largest, Math.min(1, (m - i) * p[order[i]]));
            adjusted[order[i]] = largest;
        }
        return adjusted;
    }
}
