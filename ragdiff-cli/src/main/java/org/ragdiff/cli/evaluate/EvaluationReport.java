package org.ragdiff.cli.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.cli.CommandProvenance;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.eval.EvaluationResults;
import org.ragdiff.eval.GarmentResult;
import org.ragdiff.eval.report.AverageRow;
import org.ragdiff.eval.report.AverageTable;
import org.ragdiff.eval.report.ReportChart;
import org.ragdiff.eval.report.ReportPage;
import org.ragdiff.eval.report.StrataTable;
import picocli.CommandLine.Model.CommandSpec;

/** The page about an evaluation. Stateless. */
public final class EvaluationReport {
    private EvaluationReport() {}

    /**
     * @param summary paragraphs below the title
     * @param shown garments, in this order
     * @param settings by name, as {@code results} has them
     */
    public static ReportPage page(
            String title,
            List<String> summary,
            EvaluationResults results,
            List<EvaluatedGarment> shown,
            Map<String, ?> settings,
            Provenance provenance) {
        return new ReportPage(
                title,
                summary,
                List.of(
                        AverageTable.averages(AverageRow.of(results)),
                        AverageTable.ablations(AverageRow.ablations(results)),
                        StrataTable.of(results.strata())),
                charts(results),
                shown.stream().map(GarmentCards::of).toList(),
                GarmentCards.RANKED_BY,
                made(results, settings, provenance));
    }

    /** Each garment's silhouette IoU with retrieval over that without, where both were measured. */
    private static List<ReportChart> charts(EvaluationResults results) {
        String with = "silhouetteIou";
        String without = with + Ablation.NONE.suffix();
        List<GarmentResult> both = results.garments().stream()
                .filter(g -> g.figures().containsKey(with) && g.figures().containsKey(without))
                .toList();
        if (both.isEmpty()) {
            return List.of();
        }
        return List.of(new ReportChart(
                "Silhouette IoU of each garment: above the line, retrieval helped",
                "without retrieval",
                "with retrieval",
                List.of(ReportChart.Series.points(
                        "garments",
                        both.stream().map(g -> g.figures().get(without)).toList(),
                        both.stream().map(g -> g.figures().get(with)).toList())),
                true));
    }

    /** Of an evaluation's results, by the command line that is running. */
    public static Provenance provenance(String kind, CommandSpec spec, EvaluationResults results) {
        return CommandProvenance.of(kind, spec, results.seed(), results.weights())
                .withProtocol(results.protocol());
    }

    /** Settings with the data's description, for the page. */
    public static Map<String, Object> settings(Map<String, Object> settings, EvaluationData data) {
        Map<String, Object> out = new LinkedHashMap<>(settings);
        out.putAll(data.description());
        return out;
    }

    private static Map<String, String> made(EvaluationResults results, Map<String, ?> settings, Provenance provenance) {
        Map<String, String> out = new LinkedHashMap<>();
        out.put("protocol", results.protocol());
        out.put("seed", Long.toString(results.seed()));
        out.put("garments", Integer.toString(results.n()));
        settings.forEach((name, value) -> out.put(name, String.valueOf(value)));
        results.weights().forEach((name, hash) -> out.put("weights of " + name, hash));
        provenance.versions().forEach((name, version) -> out.put("version of " + name, version));
        out.put("created", provenance.created());
        return out;
    }
}
