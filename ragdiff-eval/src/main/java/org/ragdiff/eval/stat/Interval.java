package org.ragdiff.eval.stat;

/**
 * An estimate with its confidence interval.
 *
 * @param estimate of the sample
 * @param low lower end
 * @param high upper end
 * @param level such as 0.95
 * @param n independent units of the sample
 */
public record Interval(double estimate, double low, double high, double level, int n) {
    /** Whether the interval lies on one side of a value, its ends included. */
    public boolean excludes(double value) {
        return low > value || high < value;
    }
}
