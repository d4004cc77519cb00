package org.ragdiff.eval.stat;

/**
 * Cohen's standardised effect of pairs: the mean of the differences over their standard deviation (Cohen,
 * Statistical Power Analysis, 1988, §2.3.5; Lakens, Frontiers in Psychology 4:863, 2013, eq. 6). Stateless.
 */
public final class CohenDz {
    private CohenDz() {}

    /**
     * @param differences of the pairs, at least 2; not modified
     * @return 0 if all are 0, an infinity of the mean's sign if all are the same other value
     */
    public static double of(double[] differences) {
        int n = Bootstrap.requireFinite(differences).length;
        if (n < 2) {
            throw new IllegalArgumentException("a spread needs at least 2 pairs, got " + n);
        }
        double first = differences[0];
        boolean constant = true;
        for (double d : differences) {
            constant &= d == first;
        }
        if (constant) {
            return first == 0 ? 0 : Math.copySign(Double.POSITIVE_INFINITY, first);
        }
        double mean = Bootstrap.mean(differences);
        double squares = 0;
        for (double d : differences) {
            squares += (d - mean) * (d - mean);
        }
        return mean / Math.sqrt(squares / (n - 1));
    }
}
