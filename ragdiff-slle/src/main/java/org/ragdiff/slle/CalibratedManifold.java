package org.ragdiff.slle;

import java.util.List;
import java.util.Objects;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureAggregator;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructureQuery;

/**
 * Another aggregator's guidance whose out-of-manifold score is the calibrated probability that the structure is
 * bad; all else stays. Immutable and thread-safe.
 */
public final class CalibratedManifold implements StructureAggregator {
    private final StructureAggregator other;
    private final ManifoldCalibration calibration;

    /** @throws IllegalArgumentException if the calibration is of another aggregator */
    public CalibratedManifold(StructureAggregator other, ManifoldCalibration calibration) {
        this.other = Objects.requireNonNull(other, "other");
        this.calibration = Objects.requireNonNull(calibration, "calibration");
        if (!calibration.aggregator().equals(other.name())) {
            throw new IllegalArgumentException("the calibration is of the aggregator " + calibration.aggregator()
                    + ", not of " + other.name() + "; fit one on its results");
        }
    }

    @Override
    public String name() {
        return other.name();
    }

    @Override
    public int neighbours() {
        return other.neighbours();
    }

    @Override
    public StructureGuidance aggregate(StructureQuery query, List<Neighbour> neighbours) {
        StructureGuidance g = other.aggregate(query, neighbours);
        return new StructureGuidance(
                g.embedding(),
                g.landmark(),
                g.neighbours(),
                g.weights(),
                g.residual(),
                g.effectiveNeighbours(),
                calibration.probability(g.outOfManifold()));
    }
}
