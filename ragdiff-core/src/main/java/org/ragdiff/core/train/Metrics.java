package org.ragdiff.core.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Named figures of one step, in order. */
public final class Metrics {
    private final Map<String, Double> values = new LinkedHashMap<>();

    public void put(String name, double value) {
        values.put(name, value);
    }

    public Map<String, Double> asMap() {
        return Collections.unmodifiableMap(values);
    }
}
