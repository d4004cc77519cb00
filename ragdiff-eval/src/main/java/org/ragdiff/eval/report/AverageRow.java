package org.ragdiff.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ragdiff.eval.EvaluationResults;

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
    private static final String WITHOUT = "NoRetrieval";

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
            Map.entry("hallucination", "Structure hallucination (lower is better)"),
            Map.entry("residual", "Residual of the reconstructed query"),
            Map.entry("effectiveNeighbours", "Effective neighbours"),
            Map.entry("outOfManifold", "Out of manifold"),
            Map.entry("codecPsnr", "Reconstruction by the codec, PSNR, dB"),
            Map.entry("recallAt1", "Recall@1 of the own standard image"),
            Map.entry("recallAt5", "Recall@5"),
            Map.entry("reciprocalRank", "Mean reciprocal rank"));

    private static final Map<String, String> ABLATION_LABELS = Map.ofEntries(
            Map.entry("Slle", "SLLE, fields blended"),
            Map.entry("Field", "SLLE on the decoded field"),
            Map.entry("Mixed", "half of that, half the field itself"),
            Map.entry("Simplex", "SLLE, weights not negative"),
            Map.entry("Prototype", "SLLE, nearest entry’s silhouette"),
            Map.entry("MaskAverage", "SLLE, masks averaged"),
            Map.entry("Mean", "mean of the neighbours"),
            Map.entry("Softmax", "softmax of similarities"),
            Map.entry("Top1", "nearest entry alone"),
            Map.entry("Decoded", "read off the photo, no database"),
            Map.entry("Pca", "principal components"));

    public AverageRow {
        Objects.requireNonNull(label, "label");
        if (decimals < 0 || decimals > 9) {
            throw new IllegalArgumentException("decimals must be in [0, 9], got " + decimals);
        }
    }

    /** One row for each plain figure, that without retrieval beside it; other ablations are left out. */
    public static List<AverageRow> of(EvaluationResults results) {
        return results.mean().keySet().stream()
                .filter(name -> ablation(name, results).isEmpty())
                .map(name -> row(LABELS.getOrDefault(name, name), name, name, WITHOUT, results))
                .toList();
    }

    /** One row for each figure of another ablation; its p value is of the plain figure against it. */
    public static List<AverageRow> ablations(EvaluationResults results) {
        List<AverageRow> rows = new ArrayList<>();
        for (String name : results.mean().keySet()) {
            Optional<String> suffix = ablation(name, results).filter(s -> !s.equals(WITHOUT));
            if (suffix.isPresent()) {
                String plain = name.substring(0, name.length() - suffix.get().length());
                String label = LABELS.getOrDefault(plain, plain) + ": " + ABLATION_LABELS.get(suffix.get());
                rows.add(row(label, name, plain, suffix.get(), results));
            }
        }
        return rows;
    }

    private static Optional<String> ablation(String name, EvaluationResults results) {
        return EvaluationResults.ABLATIONS.stream()
                .filter(s ->
                        name.endsWith(s) && results.mean().containsKey(name.substring(0, name.length() - s.length())))
                .findFirst();
    }

    private static AverageRow row(String label, String shown, String plain, String suffix, EvaluationResults results) {
        Double p = results.comparisons().stream()
                .filter(c -> c.figure().equals(plain) && c.against().equals(plain + suffix))
                .map(c -> c.wilcoxon().pValue())
                .findFirst()
                .orElse(null);
        boolean large = shown.startsWith("psnr") || shown.startsWith("deltaE") || shown.startsWith("codecPsnr");
        return new AverageRow(
                label,
                shown.equals(plain) ? results.mean().get(plain + WITHOUT) : null,
                results.mean().get(shown),
                results.interval().get(shown).low(),
                results.interval().get(shown).high(),
                p,
                large ? 2 : 3);
    }
}
