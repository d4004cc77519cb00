package org.ragdiff.eval.ablation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ragdiff.eval.GarmentResult;

/**
 * What one cell measured, figure by figure. Immutable.
 *
 * @param garments in the order of the values
 * @param values of each figure, one for each garment; null where a garment has none
 * @param signs of results that saw the truth, see {@link org.ragdiff.eval.protocol.TruthTraces}
 */
public record CellFigures(List<Garment> garments, Map<String, List<Double>> values, List<String> signs) {
    /**
     * @param id of the garment
     * @param label its kind, or null
     * @param hiddenShare share of it that its photo hides, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Garment(String id, String label, Double hiddenShare) {
        public Garment {
            Objects.requireNonNull(id, "id");
        }
    }

    public CellFigures {
        garments = List.copyOf(garments);
        if (garments.isEmpty()) {
            throw new IllegalArgumentException("a cell measured no garment, expected at least one");
        }
        values = copy(values, garments.size());
        signs = List.copyOf(signs);
    }

    static Map<String, List<Double>> copy(Map<String, List<Double>> values, int garments) {
        Map<String, List<Double>> out = new LinkedHashMap<>();
        values.forEach((figure, column) -> {
            if (column.size() != garments) {
                throw new IllegalArgumentException(
                        figure + " has " + column.size() + " values for " + garments + " garments");
            }
            for (Double v : column) {
                if (v != null && !Double.isFinite(v)) {
                    throw new IllegalArgumentException(
                            figure + " holds " + v + ", expected finite numbers: leave out what cannot be measured");
                }
            }
            // Not List.copyOf: it refuses null.
            out.put(figure, Collections.unmodifiableList(new ArrayList<>(column)));
        });
        return Collections.unmodifiableMap(out);
    }

    /** Of rows, one for each garment; a figure that only some have is null for the others. */
    public static CellFigures of(List<GarmentResult> rows, List<String> signs) {
        Map<String, List<Double>> values = new LinkedHashMap<>();
        for (GarmentResult row : rows) {
            row.figures()
                    .keySet()
                    .forEach(f ->
                            values.computeIfAbsent(f, name -> new ArrayList<>(Collections.nCopies(rows.size(), null))));
        }
        List<Garment> garments = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            GarmentResult row = rows.get(i);
            int at = i;
            garments.add(new Garment(row.id(), row.label(), row.hiddenShare()));
            row.figures().forEach((f, v) -> values.get(f).set(at, v));
        }
        return new CellFigures(garments, values, signs);
    }
}
