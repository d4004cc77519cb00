package org.ragdiff.eval.protocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.ragdiff.core.provenance.Sha256;

/**
 * A named, versioned way to measure. What a released name means never changes. Two protocols are the same if all
 * their fields are, which {@link #hash()} stands for. Immutable.
 *
 * @param name such as {@code tryoffdiff/2025}
 * @param citation paper and code that it is taken from
 * @param data which pictures are measured, of which set
 * @param colour space and depth of the pictures compared
 * @param truth what is done to true pictures first
 * @param result what is done to results first
 * @param rules further settings by name
 * @param metrics that it defines, by distinct names
 */
public record MeasurementProtocol(
        String name,
        String citation,
        String data,
        String colour,
        Preparation truth,
        Preparation result,
        Map<String, String> rules,
        List<MetricDefinition> metrics) {
    /** Said of what a source leaves open. */
    public static final String NOT_DOCUMENTED = "not documented";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*/[a-z0-9.]+(@[0-9]+)?");

    public MeasurementProtocol {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a protocol's name is NAME/VERSION in lower case, such as ragdiff/v1, got \"" + name + "\"");
        }
        Objects.requireNonNull(citation, "citation");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(colour, "colour");
        Objects.requireNonNull(truth, "truth");
        Objects.requireNonNull(result, "result");
        rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
        metrics = List.copyOf(metrics);
        if (metrics.stream().map(MetricDefinition::name).distinct().count() != metrics.size()) {
            throw new IllegalArgumentException("protocol " + name + " defines a figure twice");
        }
    }

    /**
     * @throws IllegalArgumentException for a figure that it does not define, with those that it does
     */
    public MetricDefinition metric(String figure) {
        return metrics.stream()
                .filter(m -> m.name().equals(figure))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "protocol " + name + " does not define \"" + figure + "\", expected one of " + metricNames()));
    }

    public List<String> metricNames() {
        return metrics.stream().map(MetricDefinition::name).toList();
    }

    /** A figure measured under this protocol; see {@link Measured}. */
    public Measured measured(String figure, double value) {
        return new Measured(this, figure, value, Measured.Origin.MEASURED);
    }

    /** A figure that the source prints. */
    public Measured quoted(String figure, double value) {
        return new Measured(this, figure, value, Measured.Origin.QUOTED);
    }

    /** All that it says, by field, in a fixed order. */
    public Map<String, String> fields() {
        Map<String, String> out = new LinkedHashMap<>();
        out.put("name", name);
        out.put("citation", citation);
        out.put("data", data);
        out.put("colour", colour);
        out.put("truth", truth.text());
        out.put("result", result.text());
        rules.forEach((key, value) -> out.put("rule " + key, value));
        metrics.forEach(m -> out.put("figure " + m.name(), m.text()));
        return out;
    }

    /** Fields that its source leaves open: figures are not measured under it, only quoted. */
    public List<String> undocumented() {
        List<String> out = new ArrayList<>();
        fields().forEach((key, value) -> {
            if (value.contains(NOT_DOCUMENTED)) {
                out.add(key);
            }
        });
        return out;
    }

    /** SHA-256 of the fields; results carry it. */
    public String hash() {
        return hash(fields());
    }

    /** The {@link #hash()} of the protocol that has these {@link #fields()}, in their order. */
    public static String hash(Map<String, String> fields) {
        StringBuilder text = new StringBuilder();
        fields.forEach(
                (key, value) -> text.append(key).append(": ").append(value).append('\n'));
        return Sha256.of(text.toString());
    }

    /**
     * Refuses what cannot be compared.
     *
     * @throws ProtocolMismatchException if any field differs
     */
    public void requireSame(MeasurementProtocol other) {
        if (!equals(other)) {
            throw new ProtocolMismatchException(this, other);
        }
    }
}
