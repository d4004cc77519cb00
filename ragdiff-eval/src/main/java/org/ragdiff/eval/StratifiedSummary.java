package org.ragdiff.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Means by the share of the garment that its photo hides. Stateless. */
public final class StratifiedSummary {
    private StratifiedSummary() {}

    /**
     * @param from lower end, inclusive
     * @param to upper end, exclusive but for the last
     * @param n garments
     * @param mean of each figure
     */
    public record Stratum(double from, double to, int n, Map<String, Double> mean) {}

    /** Strata that have garments, by rising share; garments of unknown share are left out. */
    public static List<Stratum> of(List<GarmentResult> garments, Protocol protocol) {
        List<Stratum> out = new ArrayList<>();
        double from = 0;
        for (double to : protocol.hiddenBins()) {
            double low = from;
            List<GarmentResult> in = garments.stream()
                    .filter(g -> g.hiddenShare() != null
                            && g.hiddenShare() >= low
                            && (g.hiddenShare() < to || to == 1 && g.hiddenShare() == 1))
                    .toList();
            if (!in.isEmpty()) {
                out.add(new Stratum(low, to, in.size(), EvaluationResults.means(in)));
            }
            from = to;
        }
        return out;
    }
}
