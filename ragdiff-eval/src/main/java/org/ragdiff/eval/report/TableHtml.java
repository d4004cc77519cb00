package org.ragdiff.eval.report;

import java.util.List;
import java.util.Locale;
import org.ragdiff.eval.report.DataTable.Cell;
import org.ragdiff.eval.report.DataTable.Column;

/** A table in a page: its header's buttons sort it, and it can be taken away as CSV or LaTeX. Stateless. */
final class TableHtml {
    private TableHtml() {}

    static void write(DataTable table, StringBuilder out) {
        String title = HtmlReport.escape(table.title());
        out.append(table.folded() ? "<details class=\"panel\">\n<summary>" : "<section class=\"panel\">\n<h2>")
                .append(title)
                .append(table.folded() ? "</summary>\n" : "</h2>\n")
                .append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(title)
                .append("\">\n<table class=\"sortable\">\n<thead><tr>");
        for (Column c : table.columns()) {
            out.append("<th scope=\"col\"")
                    .append(c.numeric() ? "" : " class=\"text\"")
                    .append("><button type=\"button\" class=\"sort\">")
                    .append(HtmlReport.escape(c.label()))
                    .append("</button></th>");
        }
        out.append("</tr></thead>\n<tbody>\n");
        table.rows().forEach(row -> row(table, row, out));
        out.append("</tbody>\n</table>\n</div>\n");
        export(table, out);
        out.append(table.folded() ? "</details>\n" : "</section>\n");
    }

    private static void row(DataTable table, List<Cell> row, StringBuilder out) {
        out.append("<tr>");
        for (int i = 0; i < row.size(); i++) {
            Cell cell = row.get(i);
            String kind = (table.columns().get(i).numeric() ? "" : " text") + (cell.main() ? " main" : "");
            out.append(i == 0 ? "<th scope=\"row\"" : "<td");
            if (!kind.isEmpty()) {
                out.append(" class=\"").append(kind.strip()).append('"');
            }
            if (cell.sort() != null) {
                out.append(" data-sort=\"")
                        .append(String.format(Locale.ROOT, "%.9g", cell.sort()))
                        .append('"');
            }
            out.append('>').append(HtmlReport.escape(cell.text())).append(i == 0 ? "</th>" : "</td>");
        }
        out.append("</tr>\n");
    }

    private static void export(DataTable table, StringBuilder out) {
        out.append("<details class=\"export\">\n<summary>CSV, LaTeX</summary>\n");
        text("CSV", TableText.csv(table), out);
        text("LaTeX", TableText.latex(table), out);
        out.append("</details>\n");
    }

    private static void text(String name, String text, StringBuilder out) {
        out.append("<div class=\"source\"><button type=\"button\" class=\"copy\">Copy ")
                .append(name)
                .append("</button><pre tabindex=\"0\">")
                .append(HtmlReport.escape(text))
                .append("</pre></div>\n");
    }
}
