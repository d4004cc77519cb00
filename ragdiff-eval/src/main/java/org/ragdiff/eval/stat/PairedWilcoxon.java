package org.ragdiff.eval.stat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.math3.special.Erf;

/**
 * Wilcoxon's signed-rank test of paired samples. Zero differences are dropped, ties share their mean
 * rank. Up to {@value #EXACT_LIMIT} differences the p value is exact, ties included (the distribution
 * over all signs given the ranks); above that the normal approximation with tie and continuity
 * correction.
 *
 * @param pairs given
 * @param used pairs that differ
 * @param statistic W⁺, the rank sum of the positive differences
 * @param pValue two-sided
 * @param rankBiserial effect size in [-1, 1]: (W⁺ − W⁻) / (W⁺ + W⁻), positive if the first is larger
 * @param exact whether the p value is exact
 */
public record PairedWilcoxon(int pairs, int used, double statistic, double pValue, double rankBiserial, boolean exact) {
    static final int EXACT_LIMIT = 100;

    /**
     * @param a first sample; not modified
     * @param b second sample, paired with it; not modified
     * @throws IllegalArgumentException if the lengths differ or a value is NaN
     */
    public static PairedWilcoxon test(double[] a, double[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("pairs need equal lengths, got " + a.length + " and " + b.length);
        }
        double[] d = IntStream.range(0, a.length)
                .mapToDouble(i -> a[i] - b[i])
                .filter(v -> v != 0)
                .toArray();
        if (Arrays.stream(d).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException("a difference is not a number: leave such pairs out");
        }
        int n = d.length;
        if (n == 0) {
            return new PairedWilcoxon(a.length, 0, 0, 1, 0, true);
        }
        // Doubled ranks are whole numbers, also where ties share a rank.
        int[] doubled = doubledRanks(d);
        long positive = 0;
        long total = 0;
        for (int i = 0; i < n; i++) {
            positive += d[i] > 0 ? doubled[i] : 0;
            total += doubled[i];
        }
        boolean exact = n <= EXACT_LIMIT;
        double p = exact ? exact(doubled, positive, total) : normal(d, positive, total);
        double effect = (2.0 * positive - total) / total;
        return new PairedWilcoxon(a.length, n, positive / 2.0, Math.min(1, p), effect, exact);
    }

    private static int[] doubledRanks(double[] d) {
        int n = d.length;
        Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> Math.abs(d[i])));
        int[] ranks = new int[n];
        for (int from = 0; from < n; ) {
            int to = from;
            while (to + 1 < n && Math.abs(d[order[to + 1]]) == Math.abs(d[order[from]])) {
                to++;
            }
            for (int i = from; i <= to; i++) {
                ranks[order[i]] = from + to + 2;
            }
            from = to + 1;
        }
        return ranks;
    }

    private static double exact(int[] doubled, long positive, long total) {
        double[] probability = new double[(int) total + 1];
        probability[0] = 1;
        int reached = 0;
        for (int rank : doubled) {
            reached += rank;
            for (int s = reached; s >= 0; s--) {
                double with = s >= rank ? probability[s - rank] : 0;
                probability[s] = 0.5 * (probability[s] + with);
            }
        }
        long tail = Math.min(positive, total - positive);
        double p = 0;
        for (int s = 0; s <= tail; s++) {
            p += probability[s];
        }
        return 2 * p;
    }

    private static double normal(double[] d, long positive, long total) {
        double n = d.length;
        double variance = n * (n + 1) * (2 * n + 1) / 24;
        double[] magnitude = Arrays.stream(d).map(Math::abs).sorted().toArray();
        for (int from = 0; from < magnitude.length; ) {
            int to = from;
            while (to < magnitude.length && magnitude[to] == magnitude[from]) {
                to++;
            }
            double t = to - from;
            variance -= (t * t * t - t) / 48;
            from = to;
        }
        double distance = Math.max(0, Math.abs(positive / 2.0 - total / 4.0) - 0.5);
        return Erf.erfc(distance / Math.sqrt(2 * variance));
    }
}
