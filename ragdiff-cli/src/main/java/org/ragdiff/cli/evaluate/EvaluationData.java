package org.ragdiff.cli.evaluate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.data.pairs.PairSource;

/**
 * What a model is measured on. Immutable.
 *
 * @param pairs held-out; the first {@link PairSource#garments} show each garment once
 * @param database retrieved from; its owner closes it
 * @param fitted standard images on which a baseline codec is fitted
 * @param description what the data are, by name, for provenance; no paths
 */
public record EvaluationData(
        PairSource pairs, StructureDatabase database, List<RgbImage> fitted, Map<String, String> description) {
    public EvaluationData {
        Objects.requireNonNull(pairs, "pairs");
        Objects.requireNonNull(database, "database");
        fitted = List.copyOf(fitted);
        description = Collections.unmodifiableMap(new LinkedHashMap<>(description));
    }
}
