package org.ragdiff.cli.retrieval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Figures of one photo. Immutable.
 *
 * @param garment its id: photos of one garment are not independent
 * @param hiddenShare share of the garment that the photo does not show
 * @param figures by name
 */
record ViewRow(String garment, double hiddenShare, Map<String, Double> figures) {
    ViewRow {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }
}
