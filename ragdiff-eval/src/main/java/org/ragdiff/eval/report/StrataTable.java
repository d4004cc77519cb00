package org.ragdiff.eval.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ragdiff.eval.StratifiedSummary.Stratum;
import org.ragdiff.eval.report.DataTable.Cell;
import org.ragdiff.eval.report.DataTable.Column;

/** Means by the share of the garment that its photo hides, as a table. Stateless. */
public final class StrataTable {
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

    /** One row for each stratum. */
    public static DataTable of(List<Stratum> strata) {
        List<String> shown = COLUMNS.keySet().stream()
                .filter(c -> strata.stream().anyMatch(s -> s.mean().containsKey(c)))
                .toList();
        List<Column> columns = new ArrayList<>(List.of(new Column("Hidden", false), new Column("Garments", true)));
        shown.forEach(c -> columns.add(new Column(COLUMNS.get(c), true)));
        List<List<Cell>> rows = new ArrayList<>();
        for (Stratum s : strata) {
            List<Cell> row = new ArrayList<>();
            row.add(Cell.number(String.format(Locale.ROOT, "%.0f to %.0f %%", 100 * s.from(), 100 * s.to()), s.from()));
            row.add(Cell.number(Integer.toString(s.n()), s.n()));
            for (String c : shown) {
                Double mean = s.mean().get(c);
                Cell cell = mean == null ? Cell.empty() : Cell.number(HtmlReport.number(mean, 3), mean);
                row.add(c.equals("silhouetteIou") ? cell.asMain() : cell);
            }
            rows.add(row);
        }
        return new DataTable("By the share of the garment that the photo hides", columns, rows, false);
    }
}
