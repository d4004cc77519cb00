package org.ragdiff.eval.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ragdiff.eval.StratifiedSummary.Stratum;

/** Means by the share of the garment that its photo hides, as a table. Stateless. */
final class StrataTable {
    private static final Map<String, String> COLUMNS = new LinkedHashMap<>();

    static {
        COLUMNS.put("silhouetteIouNoRetrieval", "Silhouette IoU without retrieval");
        COLUMNS.put("silhouetteIou", "Silhouette IoU with retrieval");
        COLUMNS.put("landmarkIou", "Landmark IoU");
        COLUMNS.put("landmarkIouTop1", "… nearest alone");
        COLUMNS.put("recallAt1", "Recall@1");
        COLUMNS.put("recallAt5", "Recall@5");
    }

    private StrataTable() {}

    static void write(List<Stratum> strata, StringBuilder out) {
        if (strata.isEmpty()) {
            return;
        }
        List<String> shown = COLUMNS.keySet().stream()
                .filter(c -> strata.stream().anyMatch(s -> s.mean().containsKey(c)))
                .toList();
        out.append("<section class=\"panel\">\n<h2>By the share of the garment that the photo hides</h2>\n")
                .append("<div class=\"scroll\">\n<table>\n<thead><tr><th scope=\"col\">Hidden</th>")
                .append("<th scope=\"col\">Garments</th>");
        shown.forEach(c -> out.append("<th scope=\"col\">")
                .append(HtmlReport.escape(COLUMNS.get(c)))
                .append("</th>"));
        out.append("</tr></thead>\n<tbody>\n");
        for (Stratum s : strata) {
            out.append(String.format(
                    Locale.ROOT,
                    "<tr><th scope=\"row\">%.0f to %.0f %%</th><td>%d</td>",
                    100 * s.from(),
                    100 * s.to(),
                    s.n()));
            for (String c : shown) {
                Double mean = s.mean().get(c);
                out.append(c.equals("silhouetteIou") ? "<td class=\"main\">" : "<td>")
                        .append(mean == null ? "" : String.format(Locale.ROOT, "%.3f", mean))
                        .append("</td>");
            }
            out.append("</tr>\n");
        }
        out.append("</tbody>\n</table>\n</div>\n</section>\n");
    }
}
