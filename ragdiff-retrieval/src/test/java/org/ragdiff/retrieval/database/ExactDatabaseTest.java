package org.ragdiff.retrieval.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureDatabaseContract;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureExamples;
import org.ragdiff.core.StructureQuery;

class ExactDatabaseTest extends StructureDatabaseContract {
    private static final SignedDistanceField FIELD = StructureExamples.randomBox(new Random(1));

    @Override
    protected StructureDatabase empty() {
        return new ExactDatabase(DIMENSION, "encoder-a");
    }

    private static StructureEntry entry(String id, float[] embedding) {
        return new StructureEntry(id, embedding, FIELD, GarmentAttributes.UNKNOWN, "");
    }

    private static List<String> ranked(float[] query, List<StructureEntry> entries, int k) {
        return StructureExamples.ranked(new StructureQuery(query, Optional.empty(), GarmentAttributes.UNKNOWN), entries)
                .stream()
                .limit(k)
                .map(n -> n.entry().id())
                .toList();
    }

    /** More than one block, odd dimensions, threads, a last block that is partly full. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 67})
    void manyEntriesAreRankedAsASortInFloat64Would(int dimension) {
        Random random = new Random(dimension);
        List<StructureEntry> entries = new ArrayList<>();
        for (int i = 0; i < 9_001; i++) {
            entries.add(entry("e" + i, StructureExamples.unitVector(random, dimension)));
        }
        try (ExactDatabase db = new ExactDatabase(dimension, "encoder")) {
            db.upsert(entries);
            List<float[]> queries = new ArrayList<>();
            for (int q = 0; q < 6; q++) {
                queries.add(StructureExamples.unitVector(random, dimension));
            }
            List<List<Neighbour>> found = db.searchAll(queries, 50, EntryFilter.any());
            for (int q = 0; q < queries.size(); q++) {
                assertThat(found.get(q)).extracting(n -> n.entry().id()).isEqualTo(ranked(queries.get(q), entries, 50));
            }
        }
    }

    /** Around the borders of strips and blocks, in batches with and without a rest. */
    @ParameterizedTest
    @ValueSource(ints = {1, 127, 129, 255, 257, 769, 4607, 4608, 4609, 9216, 9473})
    void batchesOfAnySizeAreRankedAsASortInFloat64Would(int rows) {
        int dimension = 3 + rows % 4;
        Random random = new Random(rows);
        List<StructureEntry> entries = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            entries.add(entry("e" + i, StructureExamples.unitVector(random, dimension)));
        }
        int k = Math.min(rows, 20);
        List<float[]> queries = new ArrayList<>();
        List<List<String>> expected = new ArrayList<>();
        for (int q = 0; q < 9; q++) {
            queries.add(StructureExamples.unitVector(random, dimension));
            expected.add(ranked(queries.get(q), entries, k));
        }
        try (ExactDatabase db = new ExactDatabase(dimension, "encoder")) {
            db.upsert(entries);
            for (int count = 1; count <= queries.size(); count++) {
                assertThat(db.searchAll(queries.subList(0, count), k, EntryFilter.any()))
                        .extracting(ExactDatabaseTest::ids)
                        .isEqualTo(expected.subList(0, count));
            }
        }
    }

    /** So many products that strips fit the cache and threads share them, with a filter and rows that were deleted. */
    @Test
    void largeBatchesPassOverWhatIsFilteredOrDeleted() {
        int dimension = 257;
        Random random = new Random(5);
        List<StructureEntry> left = new ArrayList<>();
        List<float[]> queries = new ArrayList<>();
        for (int q = 0; q < 11; q++) {
            queries.add(StructureExamples.unitVector(random, dimension));
        }
        try (ExactDatabase db = new ExactDatabase(dimension, "encoder")) {
            for (int i = 0; i < 5_000; i++) {
                StructureEntry e = entry("e" + i, StructureExamples.unitVector(random, dimension));
                db.upsert(List.of(e));
                if (i % 7 == 0) {
                    db.delete(e.id());
                } else if (i % 3 != 0) {
                    left.add(e);
                }
            }
            List<List<Neighbour>> found =
                    db.searchAll(queries, 30, e -> Integer.parseInt(e.id().substring(1)) % 3 != 0);
            for (int q = 0; q < queries.size(); q++) {
                assertThat(ids(found.get(q))).isEqualTo(ranked(queries.get(q), left, 30));
            }
        }
    }

    /** Blocks are shared with the snapshot until a row in them changes, and the last one grows. */
    @Test
    void snapshotsOfSeveralBlocksKeepTheirRows() {
        Random random = new Random(6);
        List<StructureEntry> entries = new ArrayList<>();
        for (int i = 0; i < 4_700; i++) {
            entries.add(entry("e" + i, StructureExamples.unitVector(random, 5)));
        }
        float[] query = StructureExamples.unitVector(random, 5);
        try (ExactDatabase db = new ExactDatabase(5, "encoder")) {
            db.upsert(entries);
            try (StructureDatabase before = db.snapshot()) {
                List<StructureEntry> changed = new ArrayList<>(entries);
                for (int i : new int[] {0, 4_607, 4_608, 4_699}) {
                    changed.set(i, entry("e" + i, query));
                }
                changed.add(entry("more", query));
                db.upsert(changed);
                assertThat(ids(before.search(query, 20, e -> true))).isEqualTo(ranked(query, entries, 20));
                assertThat(ids(db.search(query, 20, e -> true)))
                        .startsWith("e0", "e4607", "e4608", "e4699", "more")
                        .isEqualTo(ranked(query, changed, 20));
            }
        }
    }

    private static List<String> ids(List<Neighbour> found) {
        return found.stream().map(n -> n.entry().id()).toList();
    }

    /** Neighbours that float32 products cannot tell apart: order is that of float64. */
    @Test
    void roundingDoesNotReorderNearTies() {
        Random random = new Random(3);
        float[] centre = StructureExamples.unitVector(random, 64);
        List<StructureEntry> entries = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            float[] v = centre.clone();
            int at = random.nextInt(64);
            v[at] += (random.nextInt(5) - 2) * Math.ulp(v[at]);
            entries.add(entry("e" + i, v));
        }
        try (ExactDatabase db = new ExactDatabase(64, "encoder")) {
            db.upsert(entries);
            assertThat(db.search(centre, 40, e -> true))
                    .extracting(n -> n.entry().id())
                    .isEqualTo(ranked(centre, entries, 40));
        }
    }

    @Test
    void productsBeyondFloat32AreRanked() {
        List<StructureEntry> entries = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            entries.add(entry("e" + i, new float[] {1e36f * ((i * 37) % 300), -1e38f}));
        }
        try (ExactDatabase db = new ExactDatabase(2, "encoder")) {
            db.upsert(entries);
            float[] query = {3e37f, 2e38f};
            assertThat(db.search(query, 20, e -> true))
                    .extracting(n -> n.entry().id())
                    .isEqualTo(ranked(query, entries, 20));
        }
    }

    @Test
    void manyDeletionsLeaveTheRestInOrder() {
        try (ExactDatabase db = new ExactDatabase(DIMENSION, "encoder-a")) {
            List<StructureEntry> entries = StructureExamples.entries(500, DIMENSION, 4);
            db.upsert(entries);
            List<StructureEntry> left = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                if (i % 3 == 0) {
                    left.add(entries.get(i));
                } else {
                    assertThat(db.delete("garment-" + i)).isTrue();
                }
            }
            assertThat(db.entries()).isEqualTo(left);
            float[] query = StructureExamples.unitVector(new Random(7), DIMENSION);
            assertThat(db.search(query, 30, e -> true))
                    .extracting(n -> n.entry().id())
                    .isEqualTo(ranked(query, left, 30));
        }
    }
}
