package org.ragdiff.cli.retrieval;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ragdiff.eval.stat.MeanInterval;

/**
 * Figures of retrieval as scripts read them. Immutable.
 *
 * @param seed of photos and intervals
 * @param weights SHA-256 by name
 * @param data what was measured, in words
 * @param strata all photos first, then by the share that is hidden
 */
@JsonPropertyOrder({"seed", "weights", "data", "strata"})
record RetrievalResults(long seed, Map<String, String> weights, Map<String, String> data, List<Stratum> strata) {
    /** Where strata of the hidden share begin and end. */
    private static final double[] BOUNDS = {0, 0.1, 0.25, 1.0 / 3, 1.0000001};

    /** What the system's landmark is compared with in every stratum. */
    private static final String SYSTEM = "iou/slle-field";

    /**
     * @param figures by name, group and method divided by a slash
     * @param differences of the system's landmark IoU and another's, by the other's name
     */
    record Stratum(
            String name,
            int photos,
            int garments,
            Map<String, MeanInterval> figures,
            Map<String, MeanInterval> differences) {}

    static RetrievalResults of(List<ViewRow> rows, long seed, Map<String, String> weights, Map<String, String> data) {
        ClusteredFigures all = new ClusteredFigures(rows, seed);
        List<Stratum> strata = new ArrayList<>();
        strata.add(stratum("all", all));
        for (int i = 0; i + 1 < BOUNDS.length; i++) {
            ClusteredFigures part = all.hidden(BOUNDS[i], BOUNDS[i + 1]);
            if (part.photos() > 0) {
                String name = "hidden " + Math.round(100 * BOUNDS[i]) + " to "
                        + Math.round(100 * Math.min(1, BOUNDS[i + 1])) + " %";
                strata.add(stratum(name, part));
            }
        }
        return new RetrievalResults(seed, weights, data, strata);
    }

    private static Stratum stratum(String name, ClusteredFigures figures) {
        Map<String, MeanInterval> means = new LinkedHashMap<>();
        Map<String, MeanInterval> differences = new LinkedHashMap<>();
        for (String figure : figures.names()) {
            figures.mean(figure).ifPresent(m -> means.put(figure, m));
            if (figure.startsWith("iou/") && !figure.equals(SYSTEM)) {
                Optional<MeanInterval> d = figures.difference(SYSTEM, figure);
                d.ifPresent(m -> differences.put(figure.substring(4), m));
            }
        }
        return new Stratum(name, figures.photos(), figures.garments(), means, differences);
    }

    Stratum all() {
        return strata.get(0);
    }
}
