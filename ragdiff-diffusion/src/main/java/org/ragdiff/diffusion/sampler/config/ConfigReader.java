package org.ragdiff.diffusion.sampler.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The keys of a configuration, each read once and checked; what nobody read is an error at the end. */
final class ConfigReader {
    private final JsonNode node;
    private final Set<String> used = new TreeSet<>();

    ConfigReader(JsonNode node) {
        if (!node.isObject()) {
            throw new IllegalArgumentException("a scheduler configuration is a JSON object, got " + node.getNodeType());
        }
        this.node = node;
    }

    private JsonNode get(String key) {
        used.add(key);
        JsonNode v = node.get(key);
        return v == null || v.isNull() ? null : v;
    }

    boolean flag(String key, boolean otherwise) {
        JsonNode v = get(key);
        if (v != null && !v.isBoolean()) {
            throw wrong(key, v, "true or false");
        }
        return v == null ? otherwise : v.booleanValue();
    }

    int whole(String key, int otherwise) {
        JsonNode v = get(key);
        if (v != null && !v.canConvertToInt()) {
            throw wrong(key, v, "a whole number");
        }
        return v == null ? otherwise : v.intValue();
    }

    /** A number; infinities may stand as text, as in diffusers' own files. */
    double number(String key, double otherwise) {
        JsonNode v = get(key);
        if (v == null) {
            return otherwise;
        }
        if (v.isTextual()) {
            switch (v.textValue()) {
                case "-inf", "-Infinity":
                    return Double.NEGATIVE_INFINITY;
                case "inf", "Infinity":
                    return Double.POSITIVE_INFINITY;
                default:
                    throw wrong(key, v, "a number");
            }
        }
        if (!v.isNumber()) {
            throw wrong(key, v, "a number");
        }
        return v.doubleValue();
    }

    /** One of the map's keys. */
    <E> E choice(String key, Map<String, E> choices, String otherwise) {
        JsonNode v = get(key);
        String text = v == null ? otherwise : v.asText();
        if (!choices.containsKey(text)) {
            throw wrong(key, v, "one of " + String.join(", ", new TreeMap<>(choices).keySet()));
        }
        return choices.get(text);
    }

    List<Double> numbers(String key) {
        JsonNode v = get(key);
        List<Double> out = new ArrayList<>();
        if (v == null) {
            return out;
        }
        if (!v.isArray() || v.size() > 1_000_000) {
            throw wrong(key, v, "an array of at most 1000000 numbers");
        }
        for (JsonNode e : v) {
            if (!e.isNumber()) {
                throw wrong(key, e, "numbers");
            }
            out.add(e.doubleValue());
        }
        return out;
    }

    /** A setting that exists in diffusers and is not offered here: absent, null or false. */
    void refuse(String key, String why) {
        JsonNode v = get(key);
        if (v != null && !(v.isBoolean() && !v.booleanValue())) {
            throw new IllegalArgumentException(key + " is " + v + ", which is not offered: " + why);
        }
    }

    /** A choice of which some are not offered here. */
    void refuse(String key, Set<String> values, String why) {
        JsonNode v = get(key);
        if (v != null && values.contains(v.asText())) {
            throw new IllegalArgumentException(key + " is " + v + ", which is not offered: " + why);
        }
    }

    /** Refuses keys that were neither read nor are in the list of those that do not matter. */
    void finish(Set<String> ignored) {
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!used.contains(name) && !ignored.contains(name) && !name.startsWith("_")) {
                throw new IllegalArgumentException("unknown key " + name + "; known are " + String.join(", ", used));
            }
        }
    }

    private static IllegalArgumentException wrong(String key, JsonNode value, String expected) {
        return new IllegalArgumentException(key + " must be " + expected + ", got " + value);
    }
}
