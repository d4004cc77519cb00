package org.ragdiff.eval.ablation;

import java.util.Map;
import org.ragdiff.eval.ablation.AblationAnalysis.Comparison;
import org.ragdiff.eval.ablation.AblationAnalysis.Row;
import org.ragdiff.eval.ablation.AblationAnalysis.Score;
import org.ragdiff.eval.ablation.AblationAnalysis.Section;
import org.ragdiff.eval.protocol.MetricDefinition.Better;
import org.ragdiff.eval.stat.Interval;

/** The tables of an ablation in LaTeX. Stateless. */
public final class AblationLatex {
    private AblationLatex() {}

    /** A {@code table} for each data set; needs the package booktabs. */
    public static String of(AblationAnalysis analysis) {
        AblationPlan plan = analysis.results().plan();
        StringBuilder out = new StringBuilder();
        for (Section s : analysis.sections()) {
            out.append("\\begin{table}\n\\centering\n\\begin{tabular}{l")
                    .append("r".repeat(plan.metrics().size()))
                    .append("}\n\\toprule\nvariant");
            plan.metrics().forEach(m -> out.append(" & ").append(escaped(m)).append(arrow(analysis, m)));
            out.append(" \\\\\n\\midrule\n");
            for (Row r : s.rows()) {
                out.append(escaped(r.label()));
                for (String m : plan.metrics()) {
                    out.append(" & ").append(cell(r, m));
                }
                out.append(" \\\\\n");
            }
            out.append("\\bottomrule\n\\end{tabular}\n\\caption{")
                    .append(escaped(plan.name() + ", " + s.data() + ", " + s.garments() + " garments, "
                            + plan.seeds().size() + " seeds; protocol " + plan.protocol() + " ("
                            + analysis.results().protocol().hash().substring(0, 12)
                            + "). 95 % intervals; * differs from the baseline (Wilcoxon, Holm)."))
                    .append("}\n\\end{table}\n");
        }
        return out.toString();
    }

    private static String arrow(AblationAnalysis analysis, String figure) {
        Better better = analysis.results().protocol().metric(figure).better();
        return better == Better.HIGHER ? " $\\uparrow$" : better == Better.LOWER ? " $\\downarrow$" : "";
    }

    private static String cell(Row r, String figure) {
        Score score = r.scores().get(figure);
        if (score == null) {
            return r.failure().isPresent() ? "failed" : "--";
        }
        boolean supported = score.comparison().map(Comparison::supported).orElse(false);
        Interval i = score.interval();
        return FigureText.value(i.estimate()) + (supported ? "*" : "") + " {\\small [" + FigureText.value(i.low())
                + ", " + FigureText.value(i.high()) + "]}";
    }

    private static final Map<Character, String> ESCAPES = Map.of(
            '\\', "\\textbackslash{}",
            '&', "\\&",
            '%', "\\%",
            '$', "\\$",
            '#', "\\#",
            '_', "\\_",
            '{', "\\{",
            '}', "\\}",
            '~', "\\textasciitilde{}",
            '^', "\\textasciicircum{}");

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (char c : text.toCharArray()) {
            out.append(ESCAPES.getOrDefault(c, String.valueOf(c)));
        }
        return out.toString();
    }
}
