package org.ragdiff.eval;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.eval.stat.MeanInterval;
import org.ragdiff.eval.stat.PairedWilcoxon;

/**
 * What an evaluation found: per garment, means, confidence intervals, comparisons, strata. Serialised
 * as the JSON that scripts read. Immutable.
 *
 * @param protocol name
 * @param seed of the run
 * @param weights SHA-256 by name
 * @param n garments
 * @param mean of each figure
 * @param interval 95 % confidence interval of each mean
 * @param comparisons each figure against its ablations ({@code NoRetrieval}, {@code Top1})
 * @param strata by hidden share
 * @param garments all results
 * @param extra further top-level fields, such as {@code recallAt1}
 */
@JsonPropertyOrder({"protocol", "seed", "weights", "n", "mean", "interval", "comparisons", "strata", "garments"})
public record EvaluationResults(
        String protocol,
        long seed,
        Map<String, String> weights,
        int n,
        Map<String, Double> mean,
        Map<String, MeanInterval> interval,
        List<PairedComparison> comparisons,
        List<StratifiedSummary.Stratum> strata,
        List<GarmentResult> garments,
        @JsonIgnore Map<String, Object> extra) {
    /** Suffixes of figures that are compared with the plain one. */
    public static final List<String> ABLATIONS = List.of(
            "NoRetrieval",
            "Slle",
            "Field",
            "Mixed",
            "Simplex",
            "Prototype",
            "MaskAverage",
            "Mean",
            "Softmax",
            "Top1",
            "Decoded",
            "Pca");

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    public static EvaluationResults of(
            Protocol protocol, long seed, Map<String, String> weights, List<GarmentResult> garments) {
        Objects.requireNonNull(protocol, "protocol");
        Map<String, MeanInterval> interval = new LinkedHashMap<>();
        List<PairedComparison> comparisons = new ArrayList<>();
        for (String name : means(garments).keySet()) {
            double[] values = garments.stream()
                    .filter(g -> g.figures().containsKey(name))
                    .mapToDouble(g -> g.figures().get(name))
                    .toArray();
            interval.put(name, MeanInterval.bootstrap(values, protocol.bootstrapSeed()));
            for (String suffix : ABLATIONS) {
                compare(garments, name, name + suffix, protocol.bootstrapSeed(), comparisons);
            }
        }
        return new EvaluationResults(
                protocol.name(),
                seed,
                Collections.unmodifiableMap(new TreeMap<>(weights)),
                garments.size(),
                means(garments),
                Collections.unmodifiableMap(interval),
                List.copyOf(comparisons),
                StratifiedSummary.of(garments, protocol),
                List.copyOf(garments),
                Map.of());
    }

    /** With one more top-level field, any value that Jackson writes. */
    public EvaluationResults with(String field, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(extra);
        more.put(field, value);
        return new EvaluationResults(
                protocol,
                seed,
                weights,
                n,
                mean,
                interval,
                comparisons,
                strata,
                garments,
                Collections.unmodifiableMap(more));
    }

    private static void compare(
            List<GarmentResult> garments, String name, String against, long seed, List<PairedComparison> out) {
        List<GarmentResult> both = garments.stream()
                .filter(g -> g.figures().containsKey(name) && g.figures().containsKey(against))
                .toList();
        if (both.isEmpty()) {
            return;
        }
        double[] a = both.stream().mapToDouble(g -> g.figures().get(name)).toArray();
        double[] b = both.stream().mapToDouble(g -> g.figures().get(against)).toArray();
        out.add(new PairedComparison(name, against, MeanInterval.ofDifference(a, b, seed), PairedWilcoxon.test(a, b)));
    }

    /** Mean of each figure over the garments that have it, in the order of first appearance. */
    static Map<String, Double> means(List<GarmentResult> garments) {
        Map<String, double[]> sums = new LinkedHashMap<>();
        for (GarmentResult g : garments) {
            g.figures().forEach((name, value) -> {
                double[] s = sums.computeIfAbsent(name, x -> new double[2]);
                s[0] += value;
                s[1]++;
            });
        }
        Map<String, Double> out = new LinkedHashMap<>();
        sums.forEach((name, s) -> out.put(name, s[0] / s[1]));
        return Collections.unmodifiableMap(out);
    }

    @JsonAnyGetter
    Map<String, Object> json() {
        return extra;
    }

    /** The JSON text. */
    public String toJson() throws IOException {
        return JSON.writeValueAsString(this) + "\n";
    }

    /** Writes the JSON, at once or not at all; makes the folder. */
    public void write(Path target) throws IOException {
        Files.createDirectories(target.toAbsolutePath().getParent());
        AtomicFiles.write(target, toJson().getBytes(StandardCharsets.UTF_8));
    }
}
