package org.ragdiff.eval.ablation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ragdiff.eval.ablation.VariantComparison.Tested;
import org.ragdiff.eval.protocol.Measured;
import org.ragdiff.eval.protocol.MetricDefinition.Better;
import org.ragdiff.eval.stat.Bootstrap;
import org.ragdiff.eval.stat.FactorialBootstrap;
import org.ragdiff.eval.stat.Holm;
import org.ragdiff.eval.stat.Interval;
import org.ragdiff.eval.stat.RankSets;

/**
 * What the results of an ablation support. Garments are the units: a variant's value for a garment is its mean over
 * the seeds. Differences from the baseline are tested by Wilcoxon's signed-rank test, all of an ablation (variants,
 * figures, data sets) as one family corrected by Holm; all pairs of variants of one figure are another family, from
 * which the places in its ranking follow. Immutable.
 *
 * @param results analysed
 * @param sections one for each data set, in the plan's order
 */
public record AblationAnalysis(AblationResults results, List<Section> sections) {
    /** Probability of any false difference in a family of tests. */
    public static final double ALPHA = 0.05;

    /** Of all intervals. */
    public static final long SEED = 20260101;

    private static final Bootstrap BOOTSTRAP = Bootstrap.defaults(SEED);

    /**
     * One data set.
     *
     * @param data name
     * @param garments measured
     * @param rows one for each variant, in the plan's order
     * @param rankings one for each figure that can be better or worse
     */
    public record Section(String data, int garments, List<Row> rows, List<Ranking> rankings) {}

    /**
     * One variant.
     *
     * @param label in words
     * @param variant a value by axis
     * @param baseline whether the others are compared with it
     * @param failure why it has no scores, or empty
     * @param scores by figure; a figure that was not measured is missing
     */
    public record Row(
            String label,
            Map<String, String> variant,
            boolean baseline,
            Optional<String> failure,
            Map<String, Score> scores) {}

    /**
     * @param mean over garments and seeds
     * @param interval of the mean
     * @param comparison with the baseline; empty for the baseline itself and where nothing is paired
     */
    public record Score(Measured mean, Interval interval, Optional<Comparison> comparison) {}

    /**
     * @param difference of the means, less the baseline's, over the garments that both have
     * @param tested the pairs
     * @param adjusted p value after Holm's correction over the ablation
     * @param supported whether the difference counts as found
     */
    public record Comparison(Interval difference, Tested tested, double adjusted, boolean supported) {}

    /**
     * Places of the variants by one figure.
     *
     * @param figure name
     * @param labels of the variants, best mean first
     * @param places that the data leave open to each
     */
    public record Ranking(String figure, List<String> labels, RankSets places) {}

    public AblationAnalysis {
        Objects.requireNonNull(results, "results");
        sections = List.copyOf(sections);
    }

    /** Analyses results; the same results give the same analysis. */
    public static AblationAnalysis of(AblationResults results) {
        AblationPlan plan = results.plan();
        List<VariantComparison> family = new ArrayList<>();
        for (String set : plan.data()) {
            for (Map<String, String> v : plan.variants()) {
                for (String figure : plan.metrics()) {
                    if (!v.equals(plan.baseline())) {
                        VariantComparison.of(results, set, figure, v, plan.baseline())
                                .ifPresent(family::add);
                    }
                }
            }
        }
        double[] adjusted =
                Holm.adjust(family.stream().mapToDouble(c -> c.tested().p()).toArray());
        Map<VariantComparison.Key, Comparison> comparisons = new LinkedHashMap<>();
        for (int i = 0; i < adjusted.length; i++) {
            VariantComparison c = family.get(i);
            boolean supported = adjusted[i] <= ALPHA && c.heldBySeeds(ALPHA / adjusted.length);
            comparisons.put(c.key(), new Comparison(c.interval(BOOTSTRAP), c.tested(), adjusted[i], supported));
        }
        return new AblationAnalysis(
                results,
                plan.data().stream()
                        .map(set -> section(results, set, comparisons))
                        .toList());
    }

    private static Section section(
            AblationResults results, String set, Map<VariantComparison.Key, Comparison> comparisons) {
        AblationPlan plan = results.plan();
        List<Row> rows = new ArrayList<>();
        for (Map<String, String> v : plan.variants()) {
            Map<String, Score> scores = new LinkedHashMap<>();
            for (String figure : plan.metrics()) {
                results.values(set, v, figure)
                        .map(VariantComparison::complete)
                        .filter(table -> table.length > 0)
                        .ifPresent(table -> {
                            Interval interval = new FactorialBootstrap(plan.seedFactor(), BOOTSTRAP).ofMean(table);
                            Measured mean = results.protocol().measured(figure, interval.estimate());
                            scores.put(
                                    figure,
                                    new Score(
                                            mean,
                                            interval,
                                            Optional.ofNullable(
                                                    comparisons.get(new VariantComparison.Key(set, figure, v)))));
                        });
            }
            rows.add(new Row(plan.label(v), v, v.equals(plan.baseline()), failure(results.cells(set, v)), scores));
        }
        List<Ranking> rankings = new ArrayList<>();
        for (String figure : plan.metrics()) {
            ranking(results, set, figure, rows).ifPresent(rankings::add);
        }
        return new Section(set, results.dataSet(set).garments().size(), List.copyOf(rows), List.copyOf(rankings));
    }

    private static Optional<String> failure(List<CellResult> cells) {
        List<CellResult> failed = cells.stream().filter(CellResult::failed).toList();
        return failed.isEmpty()
                ? Optional.empty()
                : Optional.of(failed.size() + " of " + cells.size() + " cells failed: "
                        + failed.get(0).failure());
    }

    private static Optional<Ranking> ranking(AblationResults results, String set, String figure, List<Row> rows) {
        Better better = results.protocol().metric(figure).better();
        List<Row> ranked = rows.stream()
                .filter(r -> r.scores().containsKey(figure))
                .sorted((a, b) -> {
                    double x = a.scores().get(figure).mean().value();
                    double y = b.scores().get(figure).mean().value();
                    return better == Better.HIGHER ? Double.compare(y, x) : Double.compare(x, y);
                })
                .toList();
        int k = ranked.size();
        if (better == Better.NEITHER || k < 2) {
            return Optional.empty();
        }
        double[][] effect = new double[k][k];
        double[][] p = new double[k][k];
        int pairs = k * (k - 1) / 2;
        for (int i = 0; i < k; i++) {
            for (int j = i + 1; j < k; j++) {
                Optional<VariantComparison> c = VariantComparison.of(
                        results,
                        set,
                        figure,
                        ranked.get(i).variant(),
                        ranked.get(j).variant());
                boolean told = c.isPresent() && c.get().agrees() && c.get().heldBySeeds(ALPHA / pairs);
                p[i][j] = told ? c.get().tested().p() : 1;
                effect[i][j] = told
                        ? (better == Better.HIGHER ? 1 : -1) * c.get().tested().meanDifference()
                        : 0;
            }
        }
        return Optional.of(new Ranking(
                figure,
                IntStream.range(0, k).mapToObj(i -> ranked.get(i).label()).toList(),
                RankSets.of(effect, p, ALPHA)));
    }
}
