package org.ragdiff.eval.ablation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.ragdiff.eval.GarmentResult;
import org.ragdiff.eval.ablation.AblationPlan.Cell;
import org.ragdiff.eval.protocol.Protocols;
import org.ragdiff.eval.stat.SeedFactor;

/** Plans and results for tests. */
final class Plans {
    private Plans() {}

    /** Variants of one axis, {@code aggregator}; one data set. */
    static AblationPlan of(List<String> metrics, SeedFactor factor, int seeds, String... variants) {
        Map<String, List<String>> axes = new LinkedHashMap<>();
        axes.put("aggregator", List.of(variants));
        axes.put("steps", List.of("8"));
        return new AblationPlan(
                "aggregators",
                "ragdiff/v1",
                metrics,
                axes,
                Map.of(),
                Map.of(),
                LongStream.rangeClosed(1, seeds).boxed().toList(),
                factor,
                List.of("made"));
    }

    /** A value in a cell. */
    interface Value {
        /** NaN for none. */
        double of(Cell cell, int garment, String figure);
    }

    static CellFigures figures(Cell cell, List<String> metrics, int garments, Value value) {
        List<GarmentResult> rows = new ArrayList<>();
        for (int g = 0; g < garments; g++) {
            Map<String, Double> figures = new LinkedHashMap<>();
            for (String m : metrics) {
                double v = value.of(cell, g, m);
                if (!Double.isNaN(v)) {
                    figures.put(m, v);
                }
            }
            rows.add(new GarmentResult("garment-" + g, g % 2 == 0 ? "dress" : null, 0.1, figures));
        }
        return CellFigures.of(rows, List.of());
    }

    /** Results whose every cell was measured. */
    static AblationResults results(AblationPlan plan, int garments, Value value) {
        List<CellResult> cells = new ArrayList<>();
        List<CellFigures.Garment> all = List.of();
        for (Cell c : plan.cells()) {
            CellFigures f = figures(c, plan.metrics(), garments, value);
            all = f.garments();
            cells.add(new CellResult(
                    c.index(), c.variant(), c.seed(), c.data(), "0".repeat(64), null, f.values(), f.signs()));
        }
        return results(plan, all, cells);
    }

    static AblationResults results(AblationPlan plan, List<CellFigures.Garment> garments, List<CellResult> cells) {
        return AblationResults.of(
                plan,
                Protocols.named(plan.protocol()),
                Map.of("vae", "1".repeat(64)),
                Map.of("provider", "onednn"),
                Map.of("made", Map.of("pairs", "fingerprint")),
                new AblationRunner.Outcome(Map.of("made", garments), cells));
    }
}
