package org.ragdiff.cli.evaluate;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ragdiff.eval.EvaluationResults;

/**
 * Another way to guide than the full system's.
 *
 * @param aggregator name of the aggregator that takes the system's place; {@code none} drops both streams
 * @param suffix that its figures carry
 */
public record Ablation(String aggregator, String suffix) {
    /** Without ê and without a landmark. */
    public static final Ablation NONE = new Ablation("none", "NoRetrieval");

    private static final Map<String, String> SUFFIXES = new TreeMap<>(Map.ofEntries(
            entry(NONE.aggregator, NONE.suffix),
            entry("top1", "Top1"),
            entry("mean", "Mean"),
            entry("softmax", "Softmax"),
            entry("decoded", "Decoded"),
            entry("slle", "Slle"),
            entry("slle-simplex", "Simplex"),
            entry("slle-nearest", "Prototype"),
            entry("slle-mask", "MaskAverage"),
            entry("slle-field", "Field"),
            entry("slle-mixed", "Mixed")));

    public Ablation {
        if (!EvaluationResults.ABLATIONS.contains(suffix)) {
            throw new IllegalArgumentException(
                    "suffix must be one of " + EvaluationResults.ABLATIONS + ", got \"" + suffix + "\"");
        }
    }

    /**
     * @throws IllegalArgumentException for an unknown name, with the list of known ones
     */
    public static Ablation byName(String aggregator) {
        String suffix = SUFFIXES.get(aggregator);
        if (suffix == null) {
            throw new IllegalArgumentException(
                    "unknown ablation \"" + aggregator + "\", expected one of " + SUFFIXES.keySet());
        }
        return new Ablation(aggregator, suffix);
    }

    /** Those whose landmarks every evaluation compares: generating with them is not needed for that. */
    static List<Ablation> ofLandmarks() {
        return List.of("slle", "slle-field", "slle-nearest", "slle-mask", "mean", "top1", "decoded").stream()
                .map(Ablation::byName)
                .toList();
    }

    boolean dropsRetrieval() {
        return aggregator.equals(NONE.aggregator);
    }
}
