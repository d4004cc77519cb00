package org.ragdiff.eval.ablation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.eval.ablation.AblationAnalysis.Comparison;
import org.ragdiff.eval.ablation.AblationAnalysis.Row;
import org.ragdiff.eval.ablation.AblationAnalysis.Score;
import org.ragdiff.eval.ablation.AblationAnalysis.Section;
import org.ragdiff.eval.report.DataTable;
import org.ragdiff.eval.report.DataTable.Cell;
import org.ragdiff.eval.report.DataTable.Column;
import org.ragdiff.eval.report.ReportChart;
import org.ragdiff.eval.report.ReportPage;

/** An ablation as a page: tables and a chart of each figure for each data set. Stateless. */
public final class AblationPage {
    private AblationPage() {}

    /** The page of an analysis. */
    public static ReportPage of(AblationAnalysis analysis, Provenance provenance) {
        AblationResults results = analysis.results();
        List<String> summary = new ArrayList<>(List.of(AblationMarkdown.heading(analysis)));
        List<DataTable> tables = new ArrayList<>();
        List<ReportChart> charts = new ArrayList<>();
        for (Section s : analysis.sections()) {
            s.rankings().forEach(r -> summary.add(s.data() + ": " + AblationMarkdown.ranking(r)));
            tables.add(figures(analysis, s));
            tables.add(comparisons(results.plan(), s));
            for (String m : results.plan().metrics()) {
                chart(analysis, s, m, charts);
            }
        }
        if (!results.failures().isEmpty()) {
            tables.add(failures(results));
        }
        return new ReportPage(
                results.plan().name(), summary, tables, charts, List.of(), null, made(results, provenance));
    }

    private static DataTable figures(AblationAnalysis analysis, Section s) {
        AblationPlan plan = analysis.results().plan();
        List<Column> columns = new ArrayList<>(List.of(new Column("Variant", false)));
        plan.metrics().forEach(m -> columns.add(new Column(m + FigureText.arrow(analysis, m), true)));
        List<List<Cell>> rows = new ArrayList<>();
        for (Row r : s.rows()) {
            List<Cell> row = new ArrayList<>(List.of(Cell.text(r.label() + (r.baseline() ? " (baseline)" : ""))));
            for (String m : plan.metrics()) {
                Score score = r.scores().get(m);
                row.add(
                        score != null
                                ? Cell.number(
                                        FigureText.interval(score.interval()),
                                        score.interval().estimate())
                                : Cell.text(r.failure().isPresent() ? "failed" : "–"));
            }
            rows.add(row);
        }
        return new DataTable(s.data() + ", " + s.garments() + " garments", columns, rows, false);
    }

    private static DataTable comparisons(AblationPlan plan, Section s) {
        List<Column> columns = List.of(
                new Column("Variant", false),
                new Column("Figure", false),
                new Column("Difference", true),
                new Column("p", true),
                new Column("p (Holm)", true),
                new Column("Rank-biserial", true),
                new Column("d_z", true));
        List<List<Cell>> rows = new ArrayList<>();
        for (Row r : s.rows()) {
            for (String m : plan.metrics()) {
                Score score = r.scores().get(m);
                if (score == null || score.comparison().isEmpty()) {
                    continue;
                }
                Comparison c = score.comparison().get();
                Cell difference = Cell.number(
                        FigureText.signed(c.difference()) + (c.supported() ? " *" : ""),
                        c.difference().estimate());
                rows.add(List.of(
                        Cell.text(r.label()),
                        Cell.text(m),
                        c.supported() ? difference.asMain() : difference,
                        Cell.number(FigureText.p(c.tested().p()), c.tested().p()),
                        Cell.number(FigureText.p(c.adjusted()), c.adjusted()),
                        signed(c.tested().rankBiserial()),
                        signed(c.tested().dz())));
            }
        }
        String title = s.data() + ", against the baseline; * where the difference is supported";
        return new DataTable(title, columns, rows, false);
    }

    private static Cell signed(double value) {
        return Cell.number(FigureText.number("%+.2f", value), value);
    }

    private static void chart(AblationAnalysis analysis, Section s, String figure, List<ReportChart> charts) {
        List<Row> shown =
                s.rows().stream().filter(r -> r.scores().containsKey(figure)).toList();
        if (shown.isEmpty()) {
            return;
        }
        // A chart's bars are even; the table has the ends of the intervals.
        charts.add(new ReportChart(
                s.data() + ": " + figure + FigureText.arrow(analysis, figure) + ", means with 95 % intervals",
                "",
                figure,
                List.of(ReportChart.Series.intervals(
                        figure,
                        shown.stream().map(Row::label).toList(),
                        shown.stream()
                                .map(r -> r.scores().get(figure).interval().estimate())
                                .toList(),
                        shown.stream()
                                .map(r -> r.scores().get(figure).interval())
                                .map(i -> (i.high() - i.low()) / 2)
                                .toList())),
                false));
    }

    private static DataTable failures(AblationResults results) {
        List<List<Cell>> rows = results.failures().stream()
                .map(c -> List.of(
                        Cell.number(Integer.toString(c.index()), c.index()),
                        Cell.text(results.plan().label(c.variant())),
                        Cell.text(Long.toString(c.seed())),
                        Cell.text(c.data()),
                        Cell.text(c.failure())))
                .toList();
        List<Column> columns = List.of(
                new Column("Cell", true),
                new Column("Variant", false),
                new Column("Seed", true),
                new Column("Data", false),
                new Column("Failure", false));
        return new DataTable("Failed cells", columns, rows, false);
    }

    private static Map<String, String> made(AblationResults results, Provenance provenance) {
        Map<String, String> out = new LinkedHashMap<>();
        out.put("protocol", results.protocol().name());
        out.put("hash of the protocol", results.protocol().hash());
        results.data().forEach(d -> d.description().forEach((k, v) -> out.put(d.name() + ": " + k, v)));
        results.environment().forEach(out::put);
        results.weights().forEach((name, hash) -> out.put("weights of " + name, hash));
        provenance.versions().forEach((name, version) -> out.put("version of " + name, version));
        out.put("created", provenance.created());
        return out;
    }
}
