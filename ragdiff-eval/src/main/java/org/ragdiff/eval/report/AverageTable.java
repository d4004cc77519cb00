package org.ragdiff.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ragdiff.eval.report.DataTable.Cell;
import org.ragdiff.eval.report.DataTable.Column;

/** Averages as tables. Stateless. */
public final class AverageTable {
    private AverageTable() {}

    /** The main figures, with those without retrieval beside them where there are any. */
    public static DataTable averages(List<AverageRow> rows) {
        boolean pair = rows.stream().anyMatch(r -> r.without() != null);
        return table("Averages", rows, pair, pair ? "With retrieval" : "Mean", "p (paired)", false);
    }

    /** Figures of other landmarks, codecs and ways to guide. */
    public static DataTable ablations(List<AverageRow> rows) {
        String title = "Other landmarks, codecs and ways to guide";
        return table(title, rows, false, "Mean", "p (paired) against the system", true);
    }

    private static DataTable table(
            String title, List<AverageRow> rows, boolean pair, String mean, String p, boolean folded) {
        boolean test = rows.stream().anyMatch(r -> r.pValue() != null);
        List<Column> columns = new ArrayList<>(List.of(new Column("Figure", false)));
        if (pair) {
            columns.add(new Column("Without retrieval", true));
        }
        columns.add(new Column(mean, true));
        columns.add(new Column("95 % interval", true));
        if (test) {
            columns.add(new Column(p, true));
        }
        List<List<Cell>> cells = new ArrayList<>();
        for (AverageRow r : rows) {
            List<Cell> row = new ArrayList<>(List.of(Cell.text(r.label())));
            if (pair) {
                row.add(number(r.without(), r.decimals()));
            }
            row.add(number(r.with(), r.decimals()).asMain());
            row.add(interval(r));
            if (test) {
                row.add(r.pValue() == null ? Cell.empty() : Cell.number(probability(r.pValue()), r.pValue()));
            }
            cells.add(row);
        }
        return new DataTable(title, columns, cells, folded);
    }

    private static Cell number(Double value, int decimals) {
        return value == null ? Cell.empty() : Cell.number(HtmlReport.number(value, decimals), value);
    }

    private static Cell interval(AverageRow r) {
        return r.low() == null || r.high() == null
                ? Cell.empty()
                : Cell.number(
                        HtmlReport.number(r.low(), r.decimals()) + " to " + HtmlReport.number(r.high(), r.decimals()),
                        r.low());
    }

    private static String probability(double p) {
        return p < 1e-4 ? String.format(Locale.ROOT, "%.0e", p) : HtmlReport.number(p, 4);
    }
}
