package org.ragdiff.data.cache;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The named parts of a feature record and their lengths in floats, in order. Immutable. */
public final class FeatureLayout {
    private final Map<String, Integer> lengths;
    private final Map<String, Integer> offsets = new LinkedHashMap<>();
    private final int recordLength;

    /** @param lengths part to number of floats, in the order they are stored */
    public FeatureLayout(Map<String, Integer> lengths) {
        this.lengths = Collections.unmodifiableMap(new LinkedHashMap<>(lengths));
        int at = 0;
        for (Map.Entry<String, Integer> e : this.lengths.entrySet()) {
            if (e.getValue() < 1) {
                throw new IllegalArgumentException("part " + e.getKey() + " has length " + e.getValue());
            }
            offsets.put(e.getKey(), at);
            at = Math.addExact(at, e.getValue());
        }
        recordLength = at;
    }

    public int length(String part) {
        return require(lengths, part);
    }

    int offset(String part) {
        return require(offsets, part);
    }

    /** Floats of one record. */
    public int recordLength() {
        return recordLength;
    }

    private int require(Map<String, Integer> map, String part) {
        Integer v = map.get(part);
        if (v == null) {
            throw new IllegalArgumentException("no part " + part + " in the features, there are " + lengths.keySet());
        }
        return v;
    }

    @Override
    public String toString() {
        return lengths.toString();
    }
}
