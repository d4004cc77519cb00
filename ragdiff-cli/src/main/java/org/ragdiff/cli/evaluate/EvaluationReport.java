package org.ragdiff.cli.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.eval.EvaluationResults;
import org.ragdiff.eval.report.AverageRow;
import org.ragdiff.eval.report.ReportPage;

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
                AverageRow.of(results),
                results.strata(),
                shown.stream().map(GarmentCards::of).toList(),
                made(results, settings, provenance));
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
