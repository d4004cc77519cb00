package org.ragdiff.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.ragdiff.eval.report.DataTable.Cell;
import org.ragdiff.eval.report.DataTable.Column;

/** A table for other programs. Stateless. */
public final class TableText {
    private TableText() {}

    /** RFC 4180, with a header; lines end with a line feed. */
    public static String csv(DataTable table) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(table.columns().stream().map(Column::label).toList());
        table.rows().forEach(r -> lines.add(r.stream().map(Cell::text).toList()));
        return lines.stream()
                .map(l -> l.stream().map(TableText::csvField).collect(Collectors.joining(",")))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String csvField(String text) {
        return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    /** A {@code tabular} with the rules of booktabs. */
    public static String latex(DataTable table) {
        StringBuilder out = new StringBuilder("\\begin{tabular}{");
        table.columns().forEach(c -> out.append(c.numeric() ? 'r' : 'l'));
        out.append("}\n\\toprule\n");
        line(out, table.columns().stream().map(c -> latexText(c.label())).toList());
        out.append("\\midrule\n");
        for (List<Cell> row : table.rows()) {
            line(
                    out,
                    row.stream()
                            .map(c -> c.main() ? "\\textbf{" + latexText(c.text()) + "}" : latexText(c.text()))
                            .toList());
        }
        return out.append("\\bottomrule\n\\end{tabular}\n").toString();
    }

    private static void line(StringBuilder out, List<String> cells) {
        out.append(String.join(" & ", cells)).append(" \\\\\n");
    }

    /** Text in which LaTeX's special characters, and those of these tables that it lacks, are commands. */
    static String latexText(String text) {
        StringBuilder out = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '\\' -> out.append("\\textbackslash{}");
                case '~' -> out.append("\\textasciitilde{}");
                case '^' -> out.append("\\textasciicircum{}");
                case '&', '%', '$', '#', '_', '{', '}' -> out.append('\\').append(c);
                case '−' -> out.append("$-$");
                case 'Δ' -> out.append("$\\Delta$");
                case 'ê' -> out.append("\\^e");
                case '×' -> out.append("$\\times$");
                case '↑' -> out.append("$\\uparrow$");
                case '↓' -> out.append("$\\downarrow$");
                case '≤' -> out.append("$\\le$");
                case '<' -> out.append("$<$");
                case '>' -> out.append("$>$");
                case '…' -> out.append("\\dots{}");
                case '–' -> out.append("--");
                case '’' -> out.append('\'');
                default -> out.append(c);
            }
        }
        return out.toString();
    }
}
