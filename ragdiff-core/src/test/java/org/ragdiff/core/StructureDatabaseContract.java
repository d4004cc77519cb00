package org.ragdiff.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link StructureDatabase} keeps; subclass and give an empty instance. */
public abstract class StructureDatabaseContract {
    protected static final int DIMENSION = 13;

    /** A new, empty database of the dimension, for the encoder {@code "encoder-a"}. */
    protected abstract StructureDatabase empty();

    /** Allowed difference of a similarity, for databases that store embeddings with fewer bits. */
    protected double tolerance() {
        return 1e-6;
    }

    @Test
    void findsTheSameAsASortOfAllInnerProducts() {
        try (StructureDatabase db = empty()) {
            List<StructureEntry> entries = StructureExamples.entries(300, DIMENSION, 11);
            db.upsert(entries);
            Random random = new Random(12);
            for (int q = 0; q < 20; q++) {
                float[] query = StructureExamples.unitVector(random, DIMENSION);
                List<Neighbour> expected = StructureExamples.ranked(
                        new StructureQuery(query, java.util.Optional.empty(), GarmentAttributes.UNKNOWN), entries);
                List<Neighbour> found = db.search(query, 9, e -> true);
                assertThat(found).hasSize(9);
                for (int i = 0; i < 9; i++) {
                    assertThat(found.get(i).similarity())
                            .isEqualTo(expected.get(i).similarity(), within(tolerance()));
                }
            }
        }
    }

    @Test
    void tiesGoToTheEntryAddedFirst() {
        try (StructureDatabase db = empty()) {
            float[] v = StructureExamples.unitVector(new Random(1), DIMENSION);
            SignedDistanceField field = StructureExamples.randomBox(new Random(2));
            List<StructureEntry> same = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                same.add(new StructureEntry("z" + (99 - i), v, field, GarmentAttributes.UNKNOWN, ""));
            }
            db.upsert(same);
            assertThat(db.search(v, 7, e -> true))
                    .extracting(n -> n.entry().id())
                    .containsExactly("z99", "z98", "z97", "z96", "z95", "z94", "z93");
        }
    }

    @Test
    void filterIsApplied() {
        try (StructureDatabase db = empty()) {
            db.upsert(StructureExamples.entries(100, DIMENSION, 4));
            float[] query = StructureExamples.unitVector(new Random(3), DIMENSION);
            List<Neighbour> found = db.search(query, 1000, e -> e.group().equals("group-2"));
            assertThat(found).isNotEmpty().allMatch(n -> n.entry().group().equals("group-2"));
            assertThat(found).isSortedAccordingTo(Comparator.comparingDouble(n -> -n.similarity()));
            assertThat(db.search(query, 5, e -> false)).isEmpty();
        }
    }

    @Test
    void upsertReplacesAndDeleteRemoves() {
        try (StructureDatabase db = empty()) {
            List<StructureEntry> entries = StructureExamples.entries(10, DIMENSION, 5);
            db.upsert(entries);
            StructureEntry changed = StructureExamples.entry("garment-3", new Random(77), DIMENSION);
            db.upsert(List.of(changed));
            assertThat(db.count()).isEqualTo(10);
            assertThat(db.get("garment-3").orElseThrow().attributes()).isEqualTo(changed.attributes());
            assertThat(db.search(changed.embedding(), 1, e -> true)
                            .get(0)
                            .entry()
                            .id())
                    .isEqualTo("garment-3");
            assertThat(db.delete("garment-3")).isTrue();
            assertThat(db.delete("garment-3")).isFalse();
            assertThat(db.count()).isEqualTo(9);
            assertThat(db.get("garment-3")).isEmpty();
            assertThat(db.search(changed.embedding(), 100, e -> true))
                    .hasSize(9)
                    .noneMatch(n -> n.entry().id().equals("garment-3"));
            List<String> ids = new ArrayList<>();
            db.entries().forEach(e -> ids.add(e.id()));
            assertThat(ids).hasSize(9).startsWith("garment-0", "garment-1", "garment-2", "garment-4");
        }
    }

    @Test
    void refusesWrongEmbeddingsAndAddsNothingThen() {
        try (StructureDatabase db = empty()) {
            StructureEntry good = StructureExamples.entry("good", new Random(1), DIMENSION);
            StructureEntry wide = StructureExamples.entry("wide", new Random(1), DIMENSION + 1);
            assertThatThrownBy(() -> db.upsert(List.of(good, wide)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("wide");
            float[] nan = good.embedding().clone();
            nan[2] = Float.NaN;
            assertThatThrownBy(() ->
                            db.upsert(List.of(new StructureEntry("nan", nan, good.field(), good.attributes(), "g"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nan");
            assertThat(db.count()).isZero();
        }
    }

    @Test
    void refusesBadQueriesAndAnEmptyDatabase() {
        try (StructureDatabase db = empty()) {
            assertThatThrownBy(() -> db.search(new float[DIMENSION], 3, e -> true))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("empty");
            db.upsert(StructureExamples.entries(3, DIMENSION, 5));
            assertThatThrownBy(() -> db.search(new float[DIMENSION + 2], 3, e -> true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(String.valueOf(DIMENSION));
            assertThatThrownBy(() -> db.search(new float[DIMENSION], 0, e -> true))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(db.dimension()).isEqualTo(DIMENSION);
            assertThat(db.encoderFingerprint()).isEqualTo("encoder-a");
        }
    }
}
