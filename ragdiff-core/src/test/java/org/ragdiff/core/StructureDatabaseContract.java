package org.ragdiff.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.provenance.Provenance;

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
                        new StructureQuery(query, Optional.empty(), GarmentAttributes.UNKNOWN), entries);
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

    @Test
    void addedEntriesMustBeNew() {
        try (StructureDatabase db = empty()) {
            List<StructureEntry> entries = StructureExamples.entries(6, DIMENSION, 5);
            db.add(entries.subList(0, 3));
            assertThatThrownBy(() -> db.add(entries.subList(2, 5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("garment-2");
            assertThatThrownBy(() -> db.add(List.of(entries.get(4), entries.get(4))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("garment-4");
            assertThat(ids(db)).containsExactly("garment-0", "garment-1", "garment-2");
        }
    }

    @Test
    void replacedEntriesKeepTheirPlaceAndTheLastOfOneIdCounts() {
        try (StructureDatabase db = empty()) {
            db.upsert(StructureExamples.entries(5, DIMENSION, 5));
            StructureEntry first = StructureExamples.entry("garment-1", new Random(8), DIMENSION);
            StructureEntry last = StructureExamples.entry("garment-1", new Random(9), DIMENSION);
            db.upsert(List.of(first, StructureExamples.entry("new", new Random(2), DIMENSION), last));
            assertThat(ids(db)).containsExactly("garment-0", "garment-1", "garment-2", "garment-3", "garment-4", "new");
            assertThat(db.get("garment-1").orElseThrow().embedding())
                    .containsExactly(last.embedding(), within((float) tolerance()));
        }
    }

    @Test
    void filtersByAttributesIdsAndGroups() {
        try (StructureDatabase db = empty()) {
            List<StructureEntry> entries = StructureExamples.entries(200, DIMENSION, 6);
            db.upsert(entries);
            float[] query = StructureExamples.unitVector(new Random(3), DIMENSION);
            EntryFilter shirts = EntryFilter.any().with(Category.SHIRT, Category.POLO);
            EntryFilter some = shirts.withoutGroup("group-1").withoutGroup("group-3");
            EntryFilter fewer =
                    some.withoutId(db.search(query, 1, some).get(0).entry().id());
            EntryFilter none = shirts.with(GarmentAttributes.Sleeve.LONG);
            for (EntryFilter filter : List.of(EntryFilter.any(), shirts, some, fewer, none)) {
                assertSameAsSorted(db, entries, query, 1000, filter);
                assertSameAsSorted(db, entries, query, 3, filter);
                assertSameAsSorted(db, entries, query, 3, filter.and(e -> e.id().endsWith("7")));
            }
            assertThat(db.search(query, 9, none)).isEmpty();
        }
    }

    @Test
    void manyQueriesAnswerAsEachAlone() {
        try (StructureDatabase db = empty()) {
            db.upsert(StructureExamples.entries(150, DIMENSION, 7));
            Random random = new Random(4);
            List<float[]> queries = new ArrayList<>();
            for (int i = 0; i < 11; i++) {
                queries.add(StructureExamples.unitVector(random, DIMENSION));
            }
            EntryFilter filter = EntryFilter.any().withoutGroup("group-0");
            List<List<Neighbour>> all = db.searchAll(queries, 6, filter);
            assertThat(all).hasSize(11);
            for (int i = 0; i < 11; i++) {
                assertThat(all.get(i))
                        .extracting(n -> n.entry().id(), Neighbour::similarity)
                        .isEqualTo(db.search(queries.get(i), 6, filter).stream()
                                .map(n -> tuple(n.entry().id(), n.similarity()))
                                .toList());
            }
        }
    }

    @Test
    void aSnapshotStaysAndIsNotWritten() {
        try (StructureDatabase db = empty()) {
            List<StructureEntry> entries = StructureExamples.entries(30, DIMENSION, 8);
            db.upsert(entries);
            float[] query = StructureExamples.unitVector(new Random(5), DIMENSION);
            try (StructureDatabase then = db.snapshot()) {
                db.delete("garment-2");
                db.upsert(StructureExamples.entries(40, DIMENSION, 9));
                assertThat(then.count()).isEqualTo(30);
                assertThat(ids(then))
                        .isEqualTo(entries.stream().map(StructureEntry::id).toList());
                assertSameAsSorted(then, entries, query, 5, EntryFilter.any());
                assertThatThrownBy(() -> then.upsert(entries)).isInstanceOf(UnsupportedOperationException.class);
                assertThatThrownBy(() -> then.delete("garment-3")).isInstanceOf(UnsupportedOperationException.class);
                assertThatThrownBy(then::commit).isInstanceOf(UnsupportedOperationException.class);
            }
            assertThat(db.count()).isEqualTo(40);
        }
    }

    @Test
    void provenanceIsKept() {
        try (StructureDatabase db = empty()) {
            assertThat(db.provenance()).isEmpty();
            Provenance made = Provenance.of("structure-database", "test", 5);
            db.describe(made);
            db.commit();
            assertThat(db.provenance()).hasValue(made);
        }
    }

    /** Random changes and questions, answered as a map in order of insertion and a sort would. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void behavesAsAMapThatIsSorted(long seed) {
        Random random = new Random(seed);
        Map<String, StructureEntry> model = new LinkedHashMap<>();
        try (StructureDatabase db = empty()) {
            for (int step = 0; step < 80; step++) {
                switch (random.nextInt(7)) {
                    case 0, 1, 2 -> {
                        List<StructureEntry> batch = new ArrayList<>();
                        for (int i = random.nextInt(6); i >= 0; i--) {
                            batch.add(StructureExamples.entry("e" + random.nextInt(60), random, DIMENSION));
                        }
                        db.upsert(batch);
                        batch.forEach(e -> model.put(e.id(), e));
                    }
                    case 3 -> {
                        String id = "e" + random.nextInt(60);
                        assertThat(db.delete(id)).isEqualTo(model.remove(id) != null);
                    }
                    case 4 -> db.commit();
                    case 5 -> {
                        String id = "e" + random.nextInt(60);
                        assertThat(db.get(id).map(StructureEntry::attributes))
                                .isEqualTo(Optional.ofNullable(model.get(id)).map(StructureEntry::attributes));
                        assertThat(ids(db)).isEqualTo(List.copyOf(model.keySet()));
                    }
                    default -> {
                        if (!model.isEmpty()) {
                            Category[] all = Category.values();
                            EntryFilter filter = EntryFilter.any().withoutGroup("group-" + random.nextInt(6));
                            filter = random.nextBoolean() ? filter : filter.with(all[random.nextInt(all.length)]);
                            float[] query = StructureExamples.unitVector(random, DIMENSION);
                            assertSameAsSorted(db, List.copyOf(model.values()), query, 1 + random.nextInt(12), filter);
                        }
                    }
                }
                assertThat(db.count()).isEqualTo(model.size());
            }
        }
    }

    private void assertSameAsSorted(
            StructureDatabase db, List<StructureEntry> all, float[] query, int k, Predicate<StructureEntry> filter) {
        List<Neighbour> expected =
                StructureExamples.ranked(new StructureQuery(query, Optional.empty(), GarmentAttributes.UNKNOWN), all)
                        .stream()
                        .filter(n -> filter.test(n.entry()))
                        .limit(k)
                        .toList();
        List<Neighbour> found = db.search(query, k, filter);
        assertThat(found)
                .extracting(n -> n.entry().id())
                .isEqualTo(expected.stream().map(n -> n.entry().id()).toList());
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).similarity()).isEqualTo(expected.get(i).similarity(), within(tolerance()));
            assertThat(found.get(i).entry().attributes())
                    .isEqualTo(expected.get(i).entry().attributes());
        }
    }

    private static List<String> ids(StructureDatabase db) {
        List<String> ids = new ArrayList<>();
        db.entries().forEach(e -> ids.add(e.id()));
        return ids;
    }
}
