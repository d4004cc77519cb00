package org.ragdiff.eval.ablation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One cell of an ablation, measured or failed. Immutable.
 *
 * @param index from 0
 * @param variant a value by axis
 * @param seed of the noise
 * @param data name of the data set
 * @param key hash of the cell's identity
 * @param failure why there are no values, in one line, or null
 * @param values of each figure, one for each garment of the data set, null where there is none
 * @param signs of results that saw the truth
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CellResult(
        int index,
        Map<String, String> variant,
        long seed,
        String data,
        String key,
        String failure,
        Map<String, List<Double>> values,
        List<String> signs) {
    public CellResult {
        variant = Collections.unmodifiableMap(new LinkedHashMap<>(variant));
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(key, "key");
        values = values.isEmpty()
                ? Map.of()
                : CellFigures.copy(values, values.values().iterator().next().size());
        signs = List.copyOf(signs);
    }

    public boolean failed() {
        return failure != null;
    }
}
