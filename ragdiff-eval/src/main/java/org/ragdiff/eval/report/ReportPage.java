package org.ragdiff.eval.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What {@link HtmlReport} shows. Immutable; texts are plain, the writer escapes them.
 *
 * @param title heading
 * @param summary paragraphs below it
 * @param tables above the garments
 * @param charts behind the tables
 * @param garments in the order shown
 * @param rankedBy figure of the garments, higher is better, by which the worst and the best are shown first, or null
 * @param provenance what made the page: protocol, seed, settings, versions, hashes; in order
 */
public record ReportPage(
        String title,
        List<String> summary,
        List<DataTable> tables,
        List<ReportChart> charts,
        List<GarmentCard> garments,
        String rankedBy,
        Map<String, String> provenance) {
    public ReportPage {
        Objects.requireNonNull(title, "title");
        summary = List.copyOf(summary);
        tables = List.copyOf(tables);
        charts = List.copyOf(charts);
        garments = List.copyOf(garments);
        provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    }
}
