package org.ragdiff.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ragdiff.eval.EvaluationResults;
import org.ragdiff.eval.PairedComparison;

/**
 * A line of the averages: a figure with and without retrieval.
 *
 * @param label what is measured, with its unit
 * @param without mean without retrieval, or null
 * @param with mean with retrieval
 * @param low lower end of the confidence interval of {@code with}, or null
 * @param high upper end, or null
 * @param pValue of the paired test against {@code without}, or null
 * @param decimals shown
 */
public record AverageRow(
        String label, Double without, double with, Double low, Double high, Double pValue, int decimals) {
    private static final Map<String, String> LABELS = Map.ofEntries(
            Map.entry("silhouetteIou", "Silhouette IoU"),
            Map.entry("dice", "Silhouette Dice"),
            Map.entry("boundaryF", "Boundary F"),
            Map.entry("landmarkIou", "Landmark IoU"),
            Map.entry("psnr", "PSNR, dB"),
            Map.entry("psnrInside", "PSNR inside the garment, dB"),
            Map.entry("ssim", "SSIM"),
            Map.entry("deltaE", "Colour difference ΔE2000 (lower is better)"),
            Map.entry("edgeSharpness", "Edge sharpness"),
            Map.entry("hallucination", "Structure hallucination (lower is better)"));

    public AverageRow {
        Objects.requireNonNull(label, "label");
        if (decimals < 0 || decimals > 9) {
            throw new IllegalArgumentException("decimals must be in [0, 9], got " + decimals);
        }
    }

    /** One row for each plain figure; those of ablations stand in their figure's row. */
    public static List<AverageRow> of(EvaluationResults results) {
        List<AverageRow> rows = new ArrayList<>();
        results.mean().forEach((name, mean) -> {
            if (EvaluationResults.ABLATIONS.stream().anyMatch(name::endsWith)) {
                return;
            }
            Double p = results.comparisons().stream()
                    .filter(c -> c.figure().equals(name) && c.against().equals(name + "NoRetrieval"))
                    .map(PairedComparison::wilcoxon)
                    .map(w -> w.pValue())
                    .findFirst()
                    .orElse(null);
            boolean large = name.startsWith("psnr") || name.startsWith("deltaE");
            rows.add(new AverageRow(
                    LABELS.getOrDefault(name, name),
                    results.mean().get(name + "NoRetrieval"),
                    mean,
                    results.interval().get(name).low(),
                    results.interval().get(name).high(),
                    p,
                    large ? 2 : 3));
        });
        return rows;
    }
}
