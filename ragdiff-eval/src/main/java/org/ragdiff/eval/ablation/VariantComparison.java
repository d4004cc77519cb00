package org.ragdiff.eval.ablation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ragdiff.eval.stat.Bootstrap;
import org.ragdiff.eval.stat.CohenDz;
import org.ragdiff.eval.stat.FactorialBootstrap;
import org.ragdiff.eval.stat.Interval;
import org.ragdiff.eval.stat.PairedWilcoxon;
import org.ragdiff.eval.stat.SeedFactor;

/** One figure of two variants on the same garments under the same seeds. Immutable. */
final class VariantComparison {
    private final Key key;
    private final SeedFactor seeds;
    private final double[][] differences;
    private final Tested tested;

    /**
     * @param data name of the data set
     * @param figure name
     * @param variant the first one
     */
    record Key(String data, String figure, Map<String, String> variant) {}

    /**
     * The test of a comparison.
     *
     * @param pairs garments that both have
     * @param meanDifference first less second
     * @param p two-sided, Wilcoxon's signed-rank test of the garments' means over seeds, not corrected
     * @param rankBiserial effect size in [-1, 1]
     * @param dz Cohen's effect size; NaN for fewer than two pairs
     */
    public record Tested(int pairs, double meanDifference, double p, double rankBiserial, double dz) {}

    private VariantComparison(Key key, SeedFactor seeds, double[][] differences) {
        this.key = key;
        this.seeds = seeds;
        this.differences = differences;
        double[] d = FactorialBootstrap.rowMeans(differences);
        PairedWilcoxon w = PairedWilcoxon.test(d, new double[d.length]);
        double mean = Arrays.stream(d).sum() / d.length;
        this.tested =
                new Tested(d.length, mean, w.pValue(), w.rankBiserial(), d.length < 2 ? Double.NaN : CohenDz.of(d));
    }

    /** Empty if a cell of either failed, or no garment has the figure in both under every seed. */
    static Optional<VariantComparison> of(
            AblationResults results, String data, String figure, Map<String, String> a, Map<String, String> b) {
        Optional<double[][]> first = results.values(data, a, figure);
        Optional<double[][]> second = results.values(data, b, figure);
        if (first.isEmpty() || second.isEmpty()) {
            return Optional.empty();
        }
        double[][] x = first.get();
        double[][] y = second.get();
        for (int g = 0; g < x.length; g++) {
            for (int s = 0; s < x[g].length; s++) {
                x[g][s] -= y[g][s];
            }
        }
        double[][] complete = complete(x);
        return complete.length == 0
                ? Optional.empty()
                : Optional.of(new VariantComparison(
                        new Key(data, figure, a), results.plan().seedFactor(), complete));
    }

    /** Rows without a gap. */
    static double[][] complete(double[][] table) {
        List<double[]> out = new ArrayList<>();
        for (double[] row : table) {
            if (Arrays.stream(row).noneMatch(Double::isNaN)) {
                out.add(row);
            }
        }
        return out.toArray(double[][]::new);
    }

    Key key() {
        return key;
    }

    Tested tested() {
        return tested;
    }

    Interval interval(Bootstrap bootstrap) {
        return new FactorialBootstrap(seeds, bootstrap).ofMean(differences);
    }

    /** Whether mean and signed ranks point the same way: where they do not, neither variant is the better one. */
    boolean agrees() {
        return tested.meanDifference() * tested.rankBiserial() > 0;
    }

    /** Where a seed moves all garments, the test of garments is not enough: the seeds' spread must allow it too. */
    boolean heldBySeeds(double alpha) {
        return seeds == SeedFactor.NESTED
                || differences[0].length > 1
                        && interval(Bootstrap.defaults(AblationAnalysis.SEED)
                                        .withLevel(1 - alpha)
                                        .withResamples(Math.max(2000, (int) Math.ceil(20 / alpha))))
                                .excludes(0);
    }
}
