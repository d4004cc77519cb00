package org.ragdiff.cli.retrieval;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.ragdiff.eval.stat.MeanInterval;

/**
 * What an addition to the database brings. Immutable.
 *
 * @param seed of garments, photos and intervals
 * @param weights SHA-256 by name
 * @param entries of the database before
 * @param added entries
 * @param kind of the garments added
 * @param sets figures of the garments measured, by name
 */
@JsonPropertyOrder({"seed", "weights", "entries", "added", "kind", "sets"})
public record ExpansionResults(
        long seed, Map<String, String> weights, int entries, int added, String kind, Map<String, Measured> sets) {
    /**
     * @param figures by name
     * @param gains after less before, by aggregator
     */
    record Measured(int photos, int garments, Map<String, MeanInterval> figures, Map<String, MeanInterval> gains) {}

    public static ExpansionResults of(
            Map<String, ExpansionMeasure.Rows> rows,
            long seed,
            Map<String, String> weights,
            int entries,
            int added,
            String kind) {
        Map<String, Measured> sets = new LinkedHashMap<>();
        rows.forEach((name, r) -> {
            ClusteredFigures all = new ClusteredFigures(r.views(), seed);
            Map<String, MeanInterval> figures = new LinkedHashMap<>();
            Map<String, MeanInterval> gains = new LinkedHashMap<>();
            for (String figure : all.names()) {
                all.mean(figure).ifPresent(m -> figures.put(figure, m));
                if (figure.startsWith("after/")) {
                    String aggregator = figure.substring("after/".length());
                    all.difference(figure, "before/" + aggregator).ifPresent(m -> gains.put(aggregator, m));
                }
            }
            sets.put(name, new Measured(all.photos(), all.garments(), figures, gains));
        });
        return new ExpansionResults(seed, weights, entries, added, kind, sets);
    }

    /** @param command that made them, without paths of this machine */
    public String toMarkdown(String command) {
        StringBuilder out = new StringBuilder("# Expansion of the database\n\n");
        out.append(String.format(
                Locale.ROOT,
                "Made by `%s`. %d garments of the kind %s are added to a database of %d; StructureNet `%s…` is not"
                        + " trained.\nIoU of the landmark with the true silhouette at 64 × 64 cells, 95 %% intervals by"
                        + " resampling garments, differences of the same\nphotos. The entry that fits best is chosen"
                        + " with the truth known: what the database offers.\n",
                command,
                added,
                kind,
                entries,
                weights.get("structure").substring(0, 16)));
        sets.forEach((name, set) -> {
            out.append(String.format(
                    Locale.ROOT,
                    "\n## Garments of %s: %d, %d made photos\n\n| landmark | before | after | gain | from the added alone |\n|---|---|---|---|---|\n",
                    name,
                    set.garments(),
                    set.photos()));
            set.gains()
                    .forEach((aggregator, gain) -> out.append(String.format(
                            Locale.ROOT,
                            "| %s | %.3f | %.3f | %+.4f [%+.4f, %+.4f] | %.3f |\n",
                            aggregator.equals(ExpansionMeasure.ORACLE)
                                    ? "the entry that fits best"
                                    : RetrievalPage.AGGREGATORS.get(aggregator),
                            set.figures().get("before/" + aggregator).mean(),
                            set.figures().get("after/" + aggregator).mean(),
                            gain.mean(),
                            gain.low(),
                            gain.high(),
                            set.figures().get("alone/" + aggregator).mean())));
            out.append(String.format(
                    Locale.ROOT,
                    "\nOf the 16 nearest entries after the addition, %.0f %% are added ones.\n",
                    100 * set.figures().get(ExpansionMeasure.ADDED).mean()));
        });
        return out.toString();
    }
}
