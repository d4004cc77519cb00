package org.ragdiff.eval.metric;

/**
 * Count, mean, variance and range of figures that come one by one, in constant memory. Partial accumulators are merged
 * (Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979); sums
 * are compensated (Neumaier, 1974), so that orders and partitions differ in rounding only. Not thread-safe.
 */
public final class MeanAccumulator {
    private long finite;
    private long infinities;
    private double shift;
    // Of the differences from the first value, so that large means do not swallow small differences.
    private double sum;
    private double lost;
    private double squares;
    private double lostSquares;
    private double infinite;
    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;

    /**
     * Adds a figure; infinities count, and make the mean infinite.
     *
     * @throws IllegalArgumentException if it is NaN; nothing is changed then
     */
    public void add(double value) {
        if (Double.isNaN(value)) {
            throw new IllegalArgumentException(
                    "figure " + (count() + 1) + " is NaN: find out which pictures gave it, it has no place in a mean");
        }
        least = Math.min(least, value);
        most = Math.max(most, value);
        if (Double.isInfinite(value)) {
            infinities++;
            infinite += value;
            return;
        }
        if (finite++ == 0) {
            shift = value;
        }
        addShifted(value - shift, (value - shift) * (value - shift));
    }

    private void addShifted(double d, double square) {
        double s = sum + d;
        lost += Math.abs(sum) >= Math.abs(d) ? sum - s + d : d - s + sum;
        sum = s;
        double q = squares + square;
        lostSquares += Math.abs(squares) >= Math.abs(square) ? squares - q + square : square - q + squares;
        squares = q;
    }

    /** Adds what another has seen, which is not changed. */
    public void merge(MeanAccumulator other) {
        if (finite == 0) {
            shift = other.shift;
        }
        double d = other.shift - shift;
        double theirs = other.sum + other.lost;
        double n = other.finite;
        // Σ(x + d) and Σ(x + d)² of the other's differences x.
        addShifted(theirs + n * d, other.squares + other.lostSquares + 2 * d * theirs + n * d * d);
        finite += other.finite;
        infinities += other.infinities;
        infinite += other.infinite;
        least = Math.min(least, other.least);
        most = Math.max(most, other.most);
    }

    public long count() {
        return finite + infinities;
    }

    /**
     * Infinite if a figure is; NaN if figures of both signs are.
     *
     * @throws IllegalStateException if nothing was added
     */
    public double mean() {
        requireSome();
        return infinities > 0 ? infinite : shift + (sum + lost) / finite;
    }

    /**
     * Of the sample (n − 1); NaN for a single figure, which has none, and for infinite ones.
     *
     * @throws IllegalStateException if nothing was added
     */
    public double variance() {
        requireSome();
        if (count() == 1 || infinities > 0) {
            return Double.NaN;
        }
        double s = sum + lost;
        return Math.max(0, (squares + lostSquares - s * s / finite) / (finite - 1));
    }

    /** @throws IllegalStateException if nothing was added */
    public double min() {
        requireSome();
        return least;
    }

    /** @throws IllegalStateException if nothing was added */
    public double max() {
        requireSome();
        return most;
    }

    private void requireSome() {
        if (count() == 0) {
            throw new IllegalStateException("no figure was added: there is no mean of nothing");
        }
    }
}
