package org.ragdiff.eval.ablation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.ragdiff.eval.ablation.AblationAnalysis.Comparison;
import org.ragdiff.eval.ablation.AblationAnalysis.Ranking;
import org.ragdiff.eval.ablation.AblationAnalysis.Row;
import org.ragdiff.eval.ablation.AblationAnalysis.Score;
import org.ragdiff.eval.ablation.AblationAnalysis.Section;

/** The tables of an ablation in Markdown. Stateless. */
public final class AblationMarkdown {
    private AblationMarkdown() {}

    /** Figures, comparisons with the baseline, places and failures of each data set. */
    public static String of(AblationAnalysis analysis) {
        AblationPlan plan = analysis.results().plan();
        StringBuilder out = new StringBuilder("# " + plan.name() + "\n\n" + heading(analysis) + "\n");
        for (Section s : analysis.sections()) {
            out.append("\n## ")
                    .append(s.data())
                    .append(" (")
                    .append(s.garments())
                    .append(" garments)\n\n");
            line(out, headed(analysis, "variant"));
            line(out, plan.metrics().stream().map(m -> "---:").toList(), "---");
            for (Row r : s.rows()) {
                line(out, cells(plan, r), r.label() + (r.baseline() ? " (baseline)" : ""));
            }
            comparisons(out, plan, s);
            for (Ranking r : s.rankings()) {
                out.append("\n").append(ranking(r)).append("\n");
            }
        }
        List<CellResult> failures = analysis.results().failures();
        if (!failures.isEmpty()) {
            out.append("\n## Failed cells\n\n");
            failures.forEach(c -> out.append("- cell ")
                    .append(c.index())
                    .append(", ")
                    .append(plan.label(c.variant()))
                    .append(", seed ")
                    .append(c.seed())
                    .append(", ")
                    .append(c.data())
                    .append(": ")
                    .append(c.failure())
                    .append('\n'));
        }
        signs(out, analysis.results());
        return out.toString();
    }

    private static void signs(StringBuilder out, AblationResults results) {
        List<CellResult> signed =
                results.cells().stream().filter(c -> !c.signs().isEmpty()).toList();
        if (!signed.isEmpty()) {
            out.append("\n## Results that may have seen the truth\n\n");
            signed.forEach(c -> c.signs().forEach(sign -> out.append("- cell ")
                    .append(c.index())
                    .append(": ")
                    .append(sign)
                    .append('\n')));
        }
    }

    private static List<String> headed(AblationAnalysis analysis, String first) {
        List<String> out = new ArrayList<>(List.of(first));
        analysis.results().plan().metrics().forEach(m -> out.add(m + FigureText.arrow(analysis, m)));
        return out;
    }

    private static List<String> cells(AblationPlan plan, Row r) {
        return plan.metrics().stream()
                .map(m -> r.scores().containsKey(m)
                        ? FigureText.interval(r.scores().get(m).interval())
                        : r.failure().isPresent() ? "failed" : "–")
                .toList();
    }

    private static void comparisons(StringBuilder out, AblationPlan plan, Section s) {
        out.append("\nAgainst the baseline; * where the difference is supported.\n\n");
        line(out, List.of("figure", "difference", "p", "p (Holm)", "rank-biserial", "d_z"), "variant");
        line(out, List.of("---", "---:", "---:", "---:", "---:", "---:"), "---");
        for (Row r : s.rows()) {
            for (String m : plan.metrics()) {
                Score score = r.scores().get(m);
                if (score != null && score.comparison().isPresent()) {
                    Comparison c = score.comparison().get();
                    line(
                            out,
                            List.of(
                                    m,
                                    FigureText.signed(c.difference()) + (c.supported() ? " *" : ""),
                                    FigureText.p(c.tested().p()),
                                    FigureText.p(c.adjusted()),
                                    FigureText.number("%+.2f", c.tested().rankBiserial()),
                                    FigureText.number("%+.2f", c.tested().dz())),
                            r.label());
                }
            }
        }
    }

    /** A row; the first cell stands before the others. */
    private static void line(StringBuilder out, List<String> cells, String first) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(cells);
        line(out, all);
    }

    private static void line(StringBuilder out, List<String> cells) {
        out.append("| ")
                .append(cells.stream().map(c -> c.replace("|", "\\|")).collect(Collectors.joining(" | ")))
                .append(" |\n");
    }

    /** Protocol, seeds and what is shown, in sentences. */
    static String heading(AblationAnalysis analysis) {
        AblationPlan plan = analysis.results().plan();
        return "Protocol " + plan.protocol() + " (hash "
                + analysis.results().protocol().hash().substring(0, 12) + "). Seeds "
                + plan.seeds().stream().map(Object::toString).collect(Collectors.joining(", ")) + ", "
                + plan.seedFactor().name().toLowerCase(Locale.ROOT)
                + ". Means over garments and seeds with 95 % bootstrap intervals. Wilcoxon's signed-rank test of"
                + " garments' means over seeds; Holm's correction over all comparisons with the baseline.";
    }

    /** Which places the data support, in a sentence. */
    public static String ranking(Ranking r) {
        if (r.places().empty()) {
            return r.figure() + ": no ranking, the data tell no two variants apart.";
        }
        if (r.places().complete()) {
            return r.figure() + ": " + String.join(" > ", r.labels()) + ".";
        }
        List<String> places = new ArrayList<>();
        for (int i = 0; i < r.labels().size(); i++) {
            int best = r.places().best().get(i);
            int worst = r.places().worst().get(i);
            places.add(r.labels().get(i) + " " + (best == worst ? "" + best : best + "–" + worst));
        }
        return r.figure() + ": no full ranking; places that the data leave open: " + String.join(", ", places) + ".";
    }
}
