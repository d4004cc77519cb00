package org.ragdiff.slle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StructureAggregator;
import org.ragdiff.core.StructureAggregatorContract;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureExamples;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructureQuery;

class AggregatorsTest {
    abstract static class Named extends StructureAggregatorContract {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        protected StructureAggregator aggregator() {
            return Aggregators.byName(name);
        }
    }

    @Nested
    class SlleContract extends Named {
        SlleContract() {
            super("slle");
        }
    }

    @Nested
    class FieldContract extends Named {
        FieldContract() {
            super("slle-field");
        }
    }

    @Nested
    class MixedContract extends Named {
        MixedContract() {
            super("slle-mixed");
        }

        @Override
        protected double ownShare() {
            return 0.5;
        }
    }

    @Nested
    class SimplexContract extends Named {
        SimplexContract() {
            super("slle-simplex");
        }
    }

    @Nested
    class NearestContract extends Named {
        NearestContract() {
            super("slle-nearest");
        }
    }

    @Nested
    class MaskContract extends Named {
        MaskContract() {
            super("slle-mask");
        }
    }

    @Nested
    class Top1Contract extends Named {
        Top1Contract() {
            super("top1");
        }
    }

    @Nested
    class MeanContract extends Named {
        MeanContract() {
            super("mean");
        }
    }

    @Nested
    class SoftmaxContract extends Named {
        SoftmaxContract() {
            super("softmax");
        }
    }

    @Nested
    class NoneContract extends Named {
        NoneContract() {
            super("none");
        }

        @Override
        protected boolean usesNeighbours() {
            return false;
        }
    }

    @Nested
    class DecodedContract extends Named {
        DecodedContract() {
            super("decoded");
        }

        @Override
        protected boolean usesNeighbours() {
            return false;
        }
    }

    @Test
    void unknownNameListsTheKnown() {
        assertThatThrownBy(() -> Aggregators.byName("best")).hasMessageContaining("slle-field");
        for (String name : Aggregators.names()) {
            assertThat(Aggregators.byName(name).name()).isEqualTo(name);
        }
    }

    /** Boxes whose half width is linear in a parameter, with unrelated embeddings. */
    private static List<Neighbour> boxes(int... widths) {
        List<Neighbour> out = new ArrayList<>();
        Random random = new Random(8);
        for (int w : widths) {
            SignedDistanceField field = StructureExamples.box(64, 32 - w, 10, 32 + w, 54);
            out.add(new Neighbour(
                    new StructureEntry(
                            "w" + w, StructureExamples.unitVector(random, 16), field, GarmentAttributes.UNKNOWN, ""),
                    0));
        }
        return out;
    }

    @Test
    void fieldSpaceInterpolatesBetweenWidths() {
        SignedDistanceField truth = StructureExamples.box(64, 32 - 13, 10, 32 + 13, 54);
        StructureQuery query = new StructureQuery(
                StructureExamples.unitVector(new Random(1), 16), Optional.of(truth), GarmentAttributes.UNKNOWN);
        SlleOptions options = SlleOptions.fieldDefaults().withNeighbours(2);
        StructureGuidance g = new SlleAggregator(options).aggregate(query, boxes(6, 28, 12, 21, 14));
        assertThat(g.neighbours()).extracting(n -> n.entry().id()).containsExactlyInAnyOrder("w12", "w14");
        assertThat(g.weights()[0]).isEqualTo(0.5, within(0.02));
        assertThat(g.landmark().toSilhouette().iou(truth.toSilhouette())).isGreaterThan(0.99);
        assertThat(g.outOfManifold()).isLessThan(0.1);
    }

    @Test
    void withoutAFieldTheFieldSpaceFallsBackToEmbeddings() {
        StructureQuery query = StructureExamples.query(24, 1, false);
        List<Neighbour> ranked = StructureExamples.ranked(query, StructureExamples.entries(40, 24, 2));
        StructureGuidance field =
                new SlleAggregator(SlleOptions.defaults().withSpace(SlleOptions.Space.FIELD)).aggregate(query, ranked);
        StructureGuidance plain = new SlleAggregator(SlleOptions.defaults()).aggregate(query, ranked);
        assertThat(field.weights()).isEqualTo(plain.weights());
        assertThatThrownBy(() -> Aggregators.byName("decoded").aggregate(query, ranked))
                .hasMessageContaining("field head");
    }

    @Test
    void decodedShareOneIsTheDecodedField() {
        StructureQuery query = StructureExamples.query(24, 1, true);
        List<Neighbour> ranked = StructureExamples.ranked(query, StructureExamples.entries(40, 24, 2));
        StructureGuidance g = new SlleAggregator(SlleOptions.defaults().withDecodedShare(1)).aggregate(query, ranked);
        assertThat(g.landmark()).isEqualTo(query.field().orElseThrow());
    }

    @Test
    void softmaxAndMeanWeightsAreTheirFormulas() {
        StructureQuery query = StructureExamples.query(24, 1, true);
        List<Neighbour> ranked = StructureExamples.ranked(query, StructureExamples.entries(4, 24, 2));
        double[] softmax =
                WeightedBaseline.softmax(4, 0.2).aggregate(query, ranked).weights();
        double ratio = Math.exp((ranked.get(1).similarity() - ranked.get(0).similarity()) / 0.2);
        assertThat(softmax[1] / softmax[0]).isEqualTo(ratio, within(1e-12));
        assertThat(WeightedBaseline.mean(4).aggregate(query, ranked).weights()).containsExactly(0.25, 0.25, 0.25, 0.25);
    }

    @Test
    void blendedBoxesKeepOneSharpOutline() {
        List<Neighbour> two = boxes(10, 20);
        SignedDistanceField blend = LandmarkBlend.fields(two, new double[] {0.5, 0.5});
        SignedDistanceField expected = StructureExamples.box(64, 17, 10, 47, 54);
        // Where the side edges are the nearest ones, the outline is midway exactly; corners get rounder.
        for (int x = 0; x < 64; x++) {
            assertThat(blend.at(x, 32) < 0).as("column %d", x).isEqualTo(x >= 17 && x < 47);
        }
        assertThat(blend.toSilhouette().iou(expected.toSilhouette())).isGreaterThan(0.95);
    }
}
