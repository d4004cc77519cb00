package org.ragdiff.eval.ablation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ragdiff.eval.stat.SeedFactor;

/**
 * What an ablation varies. Every combination of the axes' values is a variant, or the named rows are; every variant is
 * measured on every data set under every seed. Immutable.
 *
 * @param name of the ablation
 * @param protocol name of the protocol of its figures
 * @param metrics figures that are compared, the first is the one that variants are ranked by
 * @param axes values by axis; the first values vary slowest
 * @param rows variants by name in place of all combinations: a value by axis, the first of each axis that is left out;
 *     empty or null for all combinations
 * @param baseline variant that the others are compared with: a value for each axis of several values
 * @param seeds of the noise, distinct
 * @param seedFactor what a seed stands for
 * @param data names of the data sets, distinct
 */
public record AblationPlan(
        String name,
        String protocol,
        List<String> metrics,
        Map<String, List<String>> axes,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Map<String, String>> rows,
        Map<String, String> baseline,
        List<Long> seeds,
        SeedFactor seedFactor,
        List<String> data) {
    /** Cells that one ablation may have. */
    public static final int MOST_CELLS = 100_000;

    public AblationPlan {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank");
        }
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(seedFactor, "seedFactor");
        metrics = distinct("metrics", metrics);
        seeds = distinct("seeds", seeds);
        data = distinct("data", data);
        Map<String, List<String>> copy = new LinkedHashMap<>();
        axes.forEach((axis, values) -> copy.put(axis, distinct("axis " + axis, values)));
        axes = Collections.unmodifiableMap(copy);
        baseline = variant("baseline", axes, baseline);
        rows = rows(axes, rows == null ? Map.of() : rows);
        if (!rows.isEmpty() && !rows.containsValue(baseline)) {
            throw new IllegalArgumentException("the baseline " + baseline + " is none of the rows " + rows.keySet());
        }
        long cells = (long) seeds.size() * data.size();
        if (rows.isEmpty()) {
            for (List<String> values : axes.values()) {
                cells = Math.min(Integer.MAX_VALUE, cells * values.size());
            }
        } else {
            cells *= rows.size();
        }
        if (cells > MOST_CELLS) {
            throw new IllegalArgumentException(
                    "the matrix has " + cells + " cells, at most " + MOST_CELLS + " are allowed; take out values");
        }
    }

    private static <T> List<T> distinct(String what, List<T> values) {
        if (Objects.requireNonNull(values, what).isEmpty()) {
            throw new IllegalArgumentException(what + " has no value, expected at least one");
        }
        if (new HashSet<>(values).size() != values.size()) {
            throw new IllegalArgumentException(what + " has a value twice: " + values);
        }
        return List.copyOf(values);
    }

    private static Map<String, Map<String, String>> rows(
            Map<String, List<String>> axes, Map<String, Map<String, String>> given) {
        Map<String, Map<String, String>> out = new LinkedHashMap<>();
        given.forEach((name, values) -> {
            Map<String, String> variant = variant("row " + name, axes, values);
            out.forEach((other, same) -> {
                if (same.equals(variant)) {
                    throw new IllegalArgumentException("rows " + other + " and " + name + " are the same: " + variant);
                }
            });
            out.put(name, variant);
        });
        return Collections.unmodifiableMap(out);
    }

    private static Map<String, String> variant(String what, Map<String, List<String>> axes, Map<String, String> given) {
        for (String axis : given.keySet()) {
            if (!axes.containsKey(axis)) {
                throw new IllegalArgumentException(
                        what + " names the axis \"" + axis + "\", expected one of " + axes.keySet());
            }
        }
        Map<String, String> out = new LinkedHashMap<>();
        axes.forEach((axis, values) -> {
            String value = given.getOrDefault(axis, values.get(0));
            if (!values.contains(value)) {
                throw new IllegalArgumentException(
                        what + "'s " + axis + " is \"" + value + "\", expected one of " + values);
            }
            out.put(axis, value);
        });
        return Collections.unmodifiableMap(out);
    }

    /** All variants, a value by axis each, in the order of the rows or of the axes' values. */
    public List<Map<String, String>> variants() {
        if (!rows.isEmpty()) {
            return List.copyOf(rows.values());
        }
        List<Map<String, String>> out = List.of(Map.of());
        for (Map.Entry<String, List<String>> axis : axes.entrySet()) {
            List<Map<String, String>> more = new ArrayList<>();
            for (Map<String, String> v : out) {
                for (String value : axis.getValue()) {
                    Map<String, String> with = new LinkedHashMap<>(v);
                    with.put(axis.getKey(), value);
                    more.add(Collections.unmodifiableMap(with));
                }
            }
            out = more;
        }
        return out;
    }

    /** All cells: data sets, their variants, the variants' seeds. */
    public List<Cell> cells() {
        List<Cell> out = new ArrayList<>();
        for (String set : data) {
            for (Map<String, String> variant : variants()) {
                for (long seed : seeds) {
                    out.add(new Cell(out.size(), variant, seed, set));
                }
            }
        }
        return out;
    }

    /** A variant in words: its row's name, or what distinguishes it from the others. */
    public String label(Map<String, String> variant) {
        for (Map.Entry<String, Map<String, String>> row : rows.entrySet()) {
            if (row.getValue().equals(variant)) {
                return row.getKey();
            }
        }
        List<String> varied =
                axes.keySet().stream().filter(axis -> axes.get(axis).size() > 1).toList();
        if (varied.isEmpty()) {
            return name;
        }
        if (varied.size() == 1) {
            return variant.get(varied.get(0));
        }
        return String.join(
                " ", varied.stream().map(axis -> axis + "=" + variant.get(axis)).toList());
    }

    /**
     * One combination.
     *
     * @param index from 0, in the order of {@link #cells()}
     * @param variant a value by axis
     * @param seed of the noise
     * @param data name of the data set
     */
    public record Cell(int index, Map<String, String> variant, long seed, String data) {
        @Override
        public String toString() {
            return "cell " + index + " " + variant + " seed " + seed + " on " + data;
        }
    }
}
