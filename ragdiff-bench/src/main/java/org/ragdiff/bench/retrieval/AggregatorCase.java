package org.ragdiff.bench.retrieval;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructureQuery;
import org.ragdiff.slle.SlleAggregator;
import org.ragdiff.slle.SlleOptions;

/** The default aggregation of a query's candidates, embedding and landmark; there is no peer of it. */
final class AggregatorCase extends RetrievalCase {
    private final SlleAggregator aggregator = new SlleAggregator(SlleOptions.fieldDefaults());
    private final int dimension;
    private StructureQuery query;
    private List<Neighbour> candidates;
    private StructureGuidance guidance;

    AggregatorCase(int dimension) {
        this.dimension = dimension;
    }

    @Override
    protected boolean hasPeer() {
        return false;
    }

    @Override
    public void openOurs(int threads) {
        float[] e = unit(dimension);
        query = new StructureQuery(e, Optional.of(ellipse()), GarmentAttributes.UNKNOWN);
        candidates = new ArrayList<>();
        for (int i = 0; i < aggregator.neighbours(); i++) {
            float[] embedding = unit(dimension);
            double similarity = 0;
            for (int j = 0; j < dimension; j++) {
                similarity += (double) e[j] * embedding[j];
            }
            StructureEntry entry =
                    new StructureEntry("entry " + i, embedding, ellipse(), GarmentAttributes.UNKNOWN, "group " + i);
            candidates.add(new Neighbour(entry, similarity));
        }
    }

    /** About the distance to an ellipse of random half axes, negative inside. */
    private SignedDistanceField ellipse() {
        int side = StandardFrame.FIELD_SIDE;
        double a = 0.2 + 0.25 * random().nextDouble();
        double b = 0.2 + 0.25 * random().nextDouble();
        float[] distance = new float[side * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double u = ((x + 0.5) / side - 0.5) / a;
                double v = ((y + 0.5) / side - 0.5) / b;
                distance[y * side + x] = (float) ((Math.hypot(u, v) - 1) * Math.min(a, b));
            }
        }
        return new SignedDistanceField(side, distance);
    }

    @Override
    public void ours() {
        guidance = aggregator.aggregate(query, candidates);
        if (!Double.isFinite(guidance.residual())) {
            throw new IllegalStateException("SLLE's residual is " + guidance.residual());
        }
    }
}
