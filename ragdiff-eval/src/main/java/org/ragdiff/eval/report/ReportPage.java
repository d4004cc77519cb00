package org.ragdiff.eval.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ragdiff.eval.StratifiedSummary.Stratum;

/**
 * What {@link HtmlReport} shows. Immutable; texts are plain, the writer escapes them.
 *
 * @param title heading
 * @param summary paragraphs below it
 * @param averages the table above the garments; may be empty
 * @param ablations figures of other ways to guide, folded up below it; may be empty
 * @param strata averages by the hidden share, below the table; may be empty
 * @param garments in the order shown
 * @param provenance what made the page: protocol, seed, settings, versions, hashes; in order
 */
public record ReportPage(
        String title,
        List<String> summary,
        List<AverageRow> averages,
        List<AverageRow> ablations,
        List<Stratum> strata,
        List<GarmentCard> garments,
        Map<String, String> provenance) {
    public ReportPage {
        Objects.requireNonNull(title, "title");
        summary = List.copyOf(summary);
        averages = List.copyOf(averages);
        ablations = List.copyOf(ablations);
        strata = List.copyOf(strata);
        garments = List.copyOf(garments);
        provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    }
}
