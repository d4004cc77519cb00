package org.ragdiff.eval.report;

import java.util.List;
import java.util.Locale;

/** Averages as tables: the main one, and one of ablations that folds up. Stateless. */
final class AverageTable {
    private AverageTable() {}

    static void write(List<AverageRow> averages, List<AverageRow> ablations, StringBuilder out) {
        if (!averages.isEmpty()) {
            boolean pair = averages.stream().anyMatch(r -> r.without() != null);
            out.append("<section class=\"panel\">\n<h2>Averages</h2>\n");
            table(averages, pair, pair ? "With retrieval" : "Mean", "p (paired)", out);
            out.append("</section>\n");
        }
        if (!ablations.isEmpty()) {
            out.append("<details class=\"panel\">\n<summary>Other landmarks, codecs and ways to guide</summary>\n");
            table(ablations, false, "Mean", "p (paired) against the system", out);
            out.append("</details>\n");
        }
    }

    private static void table(List<AverageRow> rows, boolean pair, String mean, String p, StringBuilder out) {
        boolean test = rows.stream().anyMatch(r -> r.pValue() != null);
        out.append("<div class=\"scroll\">\n<table>\n<thead><tr><th scope=\"col\">Figure</th>");
        if (pair) {
            head("Without retrieval", out);
        }
        head(mean, out);
        head("95 % interval", out);
        if (test) {
            head(p, out);
        }
        out.append("</tr></thead>\n<tbody>\n");
        for (AverageRow r : rows) {
            out.append("<tr><th scope=\"row\">")
                    .append(HtmlReport.escape(r.label()))
                    .append("</th>");
            if (pair) {
                cell(r.without() == null ? "" : HtmlReport.number(r.without(), r.decimals()), "", out);
            }
            cell(HtmlReport.number(r.with(), r.decimals()), "main", out);
            cell(interval(r), "", out);
            if (test) {
                cell(r.pValue() == null ? "" : probability(r.pValue()), "", out);
            }
            out.append("</tr>\n");
        }
        out.append("</tbody>\n</table>\n</div>\n");
    }

    private static String interval(AverageRow r) {
        return r.low() == null || r.high() == null
                ? ""
                : HtmlReport.number(r.low(), r.decimals()) + " to " + HtmlReport.number(r.high(), r.decimals());
    }

    private static void head(String text, StringBuilder out) {
        out.append("<th scope=\"col\">").append(text).append("</th>");
    }

    private static void cell(String text, String kind, StringBuilder out) {
        out.append(kind.isEmpty() ? "<td>" : "<td class=\"" + kind + "\">")
                .append(text)
                .append("</td>");
    }

    private static String probability(double p) {
        return p < 1e-4 ? String.format(Locale.ROOT, "%.0e", p) : HtmlReport.number(p, 4);
    }
}
