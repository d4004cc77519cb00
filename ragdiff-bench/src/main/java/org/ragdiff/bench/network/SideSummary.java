package org.ragdiff.bench.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/** The figures by which a side's seconds go into the table. */
final class SideSummary {
    private SideSummary() {}

    /** Puts {@code medianSeconds} and {@code spread}, half of the quartiles' distance as a share of the median. */
    static void put(ObjectNode json, List<JsonNode> seconds) {
        Percentile values = new Percentile().withEstimationType(EstimationType.R_7);
        values.setData(seconds.stream().mapToDouble(JsonNode::asDouble).toArray());
        double median = values.evaluate(50);
        json.put("medianSeconds", median);
        json.put("spread", (values.evaluate(75) - values.evaluate(25)) / 2 / median);
    }
}
