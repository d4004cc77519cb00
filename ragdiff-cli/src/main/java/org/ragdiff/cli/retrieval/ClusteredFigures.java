package org.ragdiff.cli.retrieval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.ragdiff.eval.stat.MeanInterval;

/**
 * Means over garments of the means over each garment's photos, with intervals by resampling garments. Immutable.
 */
final class ClusteredFigures {
    private final List<ViewRow> rows;
    private final long seed;

    /** @param rows photos, all of them or those of a stratum */
    ClusteredFigures(List<ViewRow> rows, long seed) {
        this.rows = List.copyOf(rows);
        this.seed = seed;
    }

    /** Photos of which at least {@code from} and less than {@code to} is hidden. */
    ClusteredFigures hidden(double from, double to) {
        return new ClusteredFigures(
                rows.stream()
                        .filter(r -> r.hiddenShare() >= from && r.hiddenShare() < to)
                        .toList(),
                seed);
    }

    int photos() {
        return rows.size();
    }

    int garments() {
        return (int) rows.stream().map(ViewRow::garment).distinct().count();
    }

    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        rows.forEach(r -> names.addAll(r.figures().keySet()));
        return names;
    }

    /** Of a figure, over the photos that have it; empty if none has. */
    Optional<MeanInterval> mean(String figure) {
        return interval(r -> r.figures().getOrDefault(figure, Double.NaN));
    }

    /** Of the difference of two figures, over the photos that have both. */
    Optional<MeanInterval> difference(String figure, String against) {
        return interval(
                r -> r.figures().getOrDefault(figure, Double.NaN) - r.figures().getOrDefault(against, Double.NaN));
    }

    private Optional<MeanInterval> interval(ToDoubleFunction<ViewRow> value) {
        Map<String, List<Double>> byGarment = new LinkedHashMap<>();
        for (ViewRow r : rows) {
            double v = value.applyAsDouble(r);
            if (!Double.isNaN(v)) {
                byGarment.computeIfAbsent(r.garment(), g -> new ArrayList<>()).add(v);
            }
        }
        if (byGarment.isEmpty()) {
            return Optional.empty();
        }
        double[] means = byGarment.values().stream()
                .mapToDouble(v -> v.stream().mapToDouble(x -> x).average().orElseThrow())
                .toArray();
        return Optional.of(MeanInterval.bootstrap(means, seed));
    }
}
