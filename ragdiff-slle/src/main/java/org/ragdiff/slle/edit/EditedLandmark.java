package org.ragdiff.slle.edit;

import java.util.List;
import java.util.Objects;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureAggregator;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructureQuery;

/** Another aggregator's guidance with its landmark edited; ê, weights and scores stay. Immutable and thread-safe. */
public final class EditedLandmark implements StructureAggregator {
    private final StructureAggregator other;
    private final LandmarkEdit edit;

    public EditedLandmark(StructureAggregator other, LandmarkEdit edit) {
        this.other = Objects.requireNonNull(other, "other");
        this.edit = Objects.requireNonNull(edit, "edit");
    }

    @Override
    public String name() {
        return other.name();
    }

    @Override
    public int neighbours() {
        return other.neighbours();
    }

    /** @throws IllegalArgumentException also if the landmark cannot be edited so */
    @Override
    public StructureGuidance aggregate(StructureQuery query, List<Neighbour> neighbours) {
        StructureGuidance g = other.aggregate(query, neighbours);
        return new StructureGuidance(
                g.embedding(),
                edit.apply(g.landmark()),
                g.neighbours(),
                g.weights(),
                g.residual(),
                g.effectiveNeighbours(),
                g.outOfManifold());
    }
}
