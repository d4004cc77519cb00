package org.ragdiff.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link StructureAggregator} keeps; subclass and give an instance. */
public abstract class StructureAggregatorContract {
    private static final int DIMENSION = 24;

    protected abstract StructureAggregator aggregator();

    /** False for baselines that look at the query only. */
    protected boolean usesNeighbours() {
        return true;
    }

    /** In [0, 1], of the query's own field in the landmark. */
    protected double ownShare() {
        return 0;
    }

    private static List<Neighbour> neighbours(StructureQuery query, int count) {
        return StructureExamples.ranked(query, StructureExamples.entries(count, DIMENSION, 3));
    }

    @Test
    void weightsBelongToNeighboursAndSumToOne() {
        StructureQuery query = StructureExamples.query(DIMENSION, 1, true);
        for (int count : new int[] {1, 2, 7, 40}) {
            List<Neighbour> candidates = neighbours(query, count);
            StructureGuidance g = aggregator().aggregate(query, candidates);
            assertThat(g.weights()).hasSameSizeAs(g.neighbours());
            assertThat(candidates).containsAll(g.neighbours());
            if (usesNeighbours()) {
                assertThat(g.neighbours()).isNotEmpty();
                assertThat(Arrays.stream(g.weights()).sum()).isEqualTo(1, within(1e-9));
                double squares = Arrays.stream(g.weights()).map(w -> w * w).sum();
                assertThat(g.effectiveNeighbours()).isEqualTo(1 / squares, within(1e-9));
            }
        }
    }

    @Test
    void embeddingIsAFiniteUnitVector() {
        StructureQuery query = StructureExamples.query(DIMENSION, 2, true);
        float[] fused = aggregator().aggregate(query, neighbours(query, 30)).embedding();
        assertThat(fused).hasSize(DIMENSION);
        double norm = 0;
        for (float v : fused) {
            norm += (double) v * v;
        }
        assertThat(Math.sqrt(norm)).isEqualTo(1, within(1e-5));
    }

    @Test
    void residualIsTheDistanceToTheWeightedSum() {
        if (!usesNeighbours()) {
            return;
        }
        StructureQuery query = StructureExamples.query(DIMENSION, 3, true);
        StructureGuidance g = aggregator().aggregate(query, neighbours(query, 30));
        double squares = 0;
        for (int d = 0; d < DIMENSION; d++) {
            double rest = query.embedding()[d];
            for (int i = 0; i < g.weights().length; i++) {
                rest -= g.weights()[i] * g.neighbours().get(i).entry().embedding()[d];
            }
            squares += rest * rest;
        }
        assertThat(g.residual()).isEqualTo(Math.sqrt(squares), within(1e-6));
    }

    @Test
    void landmarkIsInTheStandardFrameAndScoreInItsRange() {
        StructureQuery query = StructureExamples.query(DIMENSION, 4, true);
        StructureGuidance g = aggregator().aggregate(query, neighbours(query, 30));
        assertThat(g.landmark().side()).isEqualTo(StandardFrame.FIELD_SIDE);
        assertThat(g.outOfManifold()).isBetween(0.0, 1.0);
        if (usesNeighbours()) {
            assertThat(g.landmark().toSilhouette().area()).isPositive();
        }
    }

    @Test
    void identicalEntriesGiveTheirOwnFieldAndEmbedding() {
        if (!usesNeighbours()) {
            return;
        }
        StructureQuery query = StructureExamples.query(DIMENSION, 5, true);
        StructureEntry one = StructureExamples.entries(1, DIMENSION, 9).get(0);
        List<Neighbour> copies = IntStream.range(0, 6)
                .mapToObj(i ->
                        new StructureEntry("copy-" + i, one.embedding(), one.field(), one.attributes(), one.group()))
                .map(e -> new Neighbour(e, 0.5))
                .toList();
        StructureGuidance g = aggregator().aggregate(query, copies);
        assertThat(g.embedding()).containsExactly(one.embedding(), within(1e-5f));
        assertThat(g.landmark().toSilhouette())
                .isEqualTo(between(one.field(), query).toSilhouette());
    }

    private SignedDistanceField between(SignedDistanceField entries, StructureQuery query) {
        float[] field = entries.toArray();
        float[] own = query.field().orElseThrow().toArray();
        for (int i = 0; i < field.length; i++) {
            field[i] = (float) ((1 - ownShare()) * field[i] + ownShare() * own[i]);
        }
        return new SignedDistanceField(entries.side(), field);
    }

    @Test
    void inputsStayAsTheyWereAndTheAnswerIsRepeatableFromManyThreads() {
        StructureQuery query = StructureExamples.query(DIMENSION, 6, true);
        List<Neighbour> candidates = neighbours(query, 30);
        float[] before = query.embedding().clone();
        StructureAggregator aggregator = aggregator();
        StructureGuidance first = aggregator.aggregate(query, candidates);
        List<StructureGuidance> others = IntStream.range(0, 8)
                .parallel()
                .mapToObj(i -> aggregator.aggregate(query, candidates))
                .toList();
        assertThat(query.embedding()).isEqualTo(before);
        for (StructureGuidance g : others) {
            assertThat(g.embedding()).isEqualTo(first.embedding());
            assertThat(g.weights()).isEqualTo(first.weights());
            assertThat(g.landmark()).isEqualTo(first.landmark());
        }
    }

    @Test
    void refusesNoNeighbourAndAnotherDimension() {
        if (!usesNeighbours()) {
            return;
        }
        StructureQuery query = StructureExamples.query(DIMENSION, 7, true);
        assertThatThrownBy(() -> aggregator().aggregate(query, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty");
        StructureQuery wider = StructureExamples.query(DIMENSION + 1, 7, true);
        assertThatThrownBy(() -> aggregator().aggregate(wider, neighbours(query, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(DIMENSION));
    }

    @Test
    void hasANameAndAsksForNeighboursItUses() {
        assertThat(aggregator().name()).matches("[a-z][a-z0-9-]*");
        assertThat(aggregator().neighbours() > 0).isEqualTo(usesNeighbours());
    }
}
