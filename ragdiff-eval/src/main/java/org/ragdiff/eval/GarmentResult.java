package org.ragdiff.eval;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One garment's figures. In JSON the figures are fields beside {@code id}. Immutable.
 *
 * @param id of the garment
 * @param label its kind, or null
 * @param hiddenShare share of the garment that its photo hides, in [0, 1], or null if not known
 * @param figures finite numbers by name, such as {@code silhouetteIou}; the same with the suffix {@code
 *     NoRetrieval} are compared with it
 */
@JsonPropertyOrder({"id", "label", "hiddenShare"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GarmentResult(String id, String label, Double hiddenShare, @JsonIgnore Map<String, Double> figures) {
    private static final Pattern NAME = Pattern.compile("[a-z][A-Za-z0-9]*");

    public GarmentResult {
        Objects.requireNonNull(id, "id");
        if (hiddenShare != null && !(hiddenShare >= 0 && hiddenShare <= 1)) {
            throw new IllegalArgumentException("hiddenShare of " + id + " must be in [0, 1], got " + hiddenShare);
        }
        Map<String, Double> copy = new LinkedHashMap<>(figures);
        copy.forEach((name, value) -> {
            if (!NAME.matcher(name).matches() || name.equals("id") || name.equals("label")) {
                throw new IllegalArgumentException("\"" + name + "\" is no name for a figure");
            }
            if (value == null || !Double.isFinite(value)) {
                throw new IllegalArgumentException("figure " + name + " of " + id + " is " + value
                        + ", expected a finite number: leave out what cannot be measured");
            }
        });
        figures = Collections.unmodifiableMap(copy);
    }

    @JsonAnyGetter
    Map<String, Double> json() {
        return figures;
    }
}
