package org.ragdiff.slle.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureAggregator;
import org.ragdiff.core.StructureExamples;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructureQuery;
import org.ragdiff.slle.Aggregators;

class EditedLandmarkTest {
    private static final LandmarkEdit CROPPED = LandmarkEdit.parse("hem=-0.1,mirror");

    @Test
    void onlyTheLandmarkDiffers() {
        StructureQuery query = StructureExamples.query(24, 1, true);
        List<Neighbour> neighbours = StructureExamples.ranked(query, StructureExamples.entries(20, 24, 3));
        StructureGuidance plain = Aggregators.byName("slle").aggregate(query, neighbours);
        StructureAggregator aggregator = new EditedLandmark(Aggregators.byName("slle"), CROPPED);
        StructureGuidance edited = aggregator.aggregate(query, neighbours);
        assertThat(aggregator.name()).isEqualTo("slle");
        assertThat(aggregator.neighbours()).isEqualTo(16);
        assertThat(edited.landmark()).isEqualTo(CROPPED.apply(plain.landmark())).isNotEqualTo(plain.landmark());
        assertThat(edited.embedding()).isEqualTo(plain.embedding());
        assertThat(edited.weights()).isEqualTo(plain.weights());
        assertThat(edited.outOfManifold()).isEqualTo(plain.outOfManifold());
    }
}
