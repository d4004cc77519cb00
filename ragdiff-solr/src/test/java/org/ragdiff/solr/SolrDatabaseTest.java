package org.ragdiff.solr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.solr.client.solrj.SolrServerException;
import org.apache.solr.client.solrj.request.CollectionAdminRequest;
import org.apache.solr.client.solrj.request.UpdateRequest;
import org.apache.solr.common.SolrInputDocument;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureDatabaseContract;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureExamples;
import org.ragdiff.core.provenance.Provenance;

class SolrDatabaseTest extends StructureDatabaseContract {
    private static final String COLLECTION = "contract";
    /** One replica each, for speed; {@link SolrClusterTest} has two. */
    private static final SolrOptions OPTIONS =
            SolrOptions.defaults().withShards(2).withReplicas(1);

    @TempDir
    static Path directory;

    private static TwoNodes nodes;

    @BeforeAll
    static void start() throws Exception {
        nodes = new TwoNodes(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        nodes.close();
    }

    /** The same collection, emptied behind the back of databases of earlier tests. */
    @Override
    protected StructureDatabase empty() {
        return empty(OPTIONS);
    }

    private static SolrDatabase empty(SolrOptions options) {
        try {
            if (nodes.client().request(new CollectionAdminRequest.List()).findRecursive("collections")
                            instanceof List<?> there
                    && there.contains(COLLECTION)) {
                nodes.client().deleteByQuery(COLLECTION, "*:*");
                nodes.client().commit(COLLECTION);
            }
            return SolrDatabase.create(nodes.urls(), COLLECTION, DIMENSION, "encoder-a", options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SolrServerException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SolrDatabase reopened() throws IOException {
        return SolrDatabase.open(nodes.urls(), COLLECTION, OPTIONS);
    }

    @Test
    void reopensToWhatWasWritten() throws IOException {
        List<StructureEntry> given = StructureExamples.entries(60, DIMENSION, 2);
        Provenance made = Provenance.of("structure-database", "test", 3);
        try (StructureDatabase db = empty()) {
            db.upsert(given);
            db.describe(made);
            db.commit();
        }
        try (SolrDatabase db = SolrDatabase.open(nodes.urls(), COLLECTION, OPTIONS, "encoder-a")) {
            assertThat(db.count()).isEqualTo(60);
            assertThat(db.dimension()).isEqualTo(DIMENSION);
            assertThat(db.provenance()).hasValue(made);
            for (StructureEntry e : given) {
                StructureEntry kept = db.get(e.id()).orElseThrow();
                assertThat(kept.embedding()).isEqualTo(e.embedding());
                assertThat(kept.attributes()).isEqualTo(e.attributes());
                assertThat(kept.group()).isEqualTo(e.group());
                assertThat(kept.field().toArray()).containsExactly(e.field().toArray(), within(1f / 2048));
            }
            db.upsert(StructureExamples.entries(61, DIMENSION, 7));
            List<String> ids = new ArrayList<>();
            db.entries().forEach(e -> ids.add(e.id()));
            assertThat(ids).hasSize(61).startsWith("garment-0", "garment-1").endsWith("garment-60");
        }
    }

    @Test
    void idsAndGroupsMayHoldAnyCharacters() {
        List<String> names = List.of(
                "a,b",
                "shard!id",
                "a/2!b",
                "sp ace",
                "+",
                "%2B",
                "quo\"te",
                "back\\slash",
                "ключ",
                "👕",
                "{!terms}",
                "*",
                "$x");
        try (StructureDatabase db = empty()) {
            Random random = new Random(1);
            List<StructureEntry> entries = new ArrayList<>();
            for (String name : names) {
                StructureEntry e = StructureExamples.entry(name, random, DIMENSION);
                entries.add(new StructureEntry(name, e.embedding(), e.field(), e.attributes(), name));
            }
            db.add(entries);
            for (StructureEntry e : entries) {
                assertThat(db.get(e.id()).orElseThrow().embedding()).isEqualTo(e.embedding());
                for (EntryFilter filter : List.of(
                        EntryFilter.any().withoutId(e.id()), EntryFilter.any().withoutGroup(e.group()))) {
                    assertThat(db.search(e.embedding(), 100, filter))
                            .extracting(n -> n.entry().id())
                            .doesNotContain(e.id())
                            .hasSize(names.size() - 1);
                }
            }
            for (String name : names) {
                assertThat(db.delete(name)).isTrue();
            }
            assertThat(db.count()).isZero();
            StructureEntry half = StructureExamples.entry("half \ud83d", random, DIMENSION);
            assertThatThrownBy(() -> db.upsert(List.of(half)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("half a character");
        }
    }

    @Test
    void anIterationStaysWhatItWasWhenItBegan() {
        try (StructureDatabase db = empty()) {
            List<StructureEntry> entries = StructureExamples.entries(450, DIMENSION, 3);
            db.upsert(entries);
            Iterable<StructureEntry> all = db.entries();
            List<StructureEntry> seen = new ArrayList<>();
            for (StructureEntry e : all) {
                if (seen.size() == 100) {
                    db.delete("garment-50");
                    db.delete("garment-310");
                    db.upsert(StructureExamples.entries(460, DIMENSION, 4).subList(300, 460));
                }
                seen.add(e);
            }
            assertThat(seen)
                    .extracting(StructureEntry::id)
                    .isEqualTo(entries.stream().map(StructureEntry::id).toList());
            for (int i = 0; i < 450; i++) {
                assertThat(seen.get(i).embedding()).isEqualTo(entries.get(i).embedding());
            }
            assertThat(db.count()).isEqualTo(459);
        }
    }

    /** Everything that a search of the graph can be asked, where it finds all there is. */
    @Test
    void theGraphAnswersAsExactSearchDoes() {
        try (SolrDatabase exact = empty(OPTIONS)) {
            exact.upsert(StructureExamples.entries(1500, DIMENSION, 6));
            exact.commit();
            try (SolrDatabase graph = SolrDatabase.open(
                    nodes.urls(), COLLECTION, OPTIONS.withExactUpTo(0).withSearchWidth(64))) {
                Random random = new Random(8);
                for (int q = 0; q < 10; q++) {
                    float[] query = StructureExamples.unitVector(random, DIMENSION);
                    EntryFilter some =
                            EntryFilter.any().with(Category.SHIRT, Category.HAT).withoutGroup("group-1");
                    EntryFilter none = some.with(GarmentAttributes.Sleeve.LONG);
                    assertThat(shared(graph, exact, query, EntryFilter.any())).isGreaterThanOrEqualTo(9);
                    assertThat(shared(graph, exact, query, some)).isGreaterThanOrEqualTo(9);
                    assertThat(graph.search(query, 10, none)).isEmpty();
                    assertThat(graph.search(query, 10, e -> e.id().endsWith("77")))
                            .extracting(n -> n.entry().id())
                            .isEqualTo(exact.search(query, 10, e -> e.id().endsWith("77")).stream()
                                    .map(n -> n.entry().id())
                                    .toList());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int shared(SolrDatabase a, SolrDatabase b, float[] query, EntryFilter filter) {
        List<String> found =
                a.search(query, 10, filter).stream().map(n -> n.entry().id()).toList();
        List<Neighbour> expected = b.search(query, 10, filter);
        assertThat(found).hasSize(expected.size());
        return (int) expected.stream()
                        .filter(n -> found.contains(n.entry().id()))
                        .count()
                + 10
                - expected.size();
    }

    @Test
    void refusesAnotherEncoder() {
        empty().close();
        assertThatThrownBy(() -> SolrDatabase.open(nodes.urls(), COLLECTION, OPTIONS, "encoder-b"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("encoder-a")
                .hasMessageContaining("encoder-b");
    }

    @Test
    void refusesACollectionThatIsTaken() {
        try (StructureDatabase db = empty()) {
            assertThatThrownBy(() -> SolrDatabase.create(nodes.urls(), COLLECTION, DIMENSION, "encoder-a", OPTIONS))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("already");
            assertThat(db.count()).isZero();
        }
    }

    @Test
    void refusesAnotherSchema() throws Exception {
        empty().close();
        assertThatThrownBy(() -> SolrDatabase.create(nodes.urls(), COLLECTION, DIMENSION + 1, "encoder-a", OPTIONS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another schema")
                .hasMessageContaining("vectorDimension " + (DIMENSION + 1));
        SolrInputDocument meta = new SolrMeta(DIMENSION + 1, "encoder-a", Optional.empty()).toDocument();
        new UpdateRequest().add(meta).process(nodes.client(), COLLECTION);
        assertThatThrownBy(SolrDatabaseTest::reopened).hasMessageContaining("another schema");
        meta.setField("format", 99);
        new UpdateRequest().add(meta).process(nodes.client(), COLLECTION);
        assertThatThrownBy(SolrDatabaseTest::reopened)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format version is 99");
    }

    @Test
    void refusesDocumentsThatAreNoEntries() throws Exception {
        StructureEntry e = StructureExamples.entry("x", new Random(4), DIMENSION);
        SolrInputDocument cut = SolrEntries.document(e, 0);
        cut.setField("vector", new byte[4 * DIMENSION - 4]);
        SolrInputDocument nan = SolrEntries.document(e, 0);
        nan.setField(
                "vector",
                ByteBuffer.allocate(4 * DIMENSION).putInt(8, 0xffffffff).array());
        SolrInputDocument garbage = SolrEntries.document(e, 0);
        garbage.setField("record", new byte[] {1, 2, 3});
        SolrInputDocument other = SolrEntries.document(e, 0);
        other.setField(
                "record",
                SolrEntries.document(StructureExamples.entry("y", new Random(4), DIMENSION), 0)
                        .getFieldValue("record"));
        SolrInputDocument unplaced = SolrEntries.document(e, 0);
        unplaced.setField("place", -3);
        for (SolrInputDocument bad : List.of(cut, nan, garbage, other, unplaced)) {
            try (StructureDatabase db = empty()) {
                new UpdateRequest().add(bad).process(nodes.client(), COLLECTION);
                nodes.client().commit(COLLECTION);
                for (ThrowingCallable read : List.<ThrowingCallable>of(
                        () -> db.get("x"),
                        () -> db.entries().iterator().next(),
                        () -> db.search(e.embedding(), 1, EntryFilter.any()))) {
                    assertThatThrownBy(read)
                            .isInstanceOf(UncheckedIOException.class)
                            .hasMessageContaining("no entry");
                }
            }
        }
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> SolrDatabase.open(nodes.urls(), "nowhere", OPTIONS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nowhere")
                .hasMessageContaining("no such collection");
        SolrOptions hasty = OPTIONS.withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThatThrownBy(() -> SolrDatabase.open(List.of("http://127.0.0.1:9/solr"), COLLECTION, hasty))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("http://127.0.0.1:9/solr")
                .hasMessageContaining("are the nodes running");
    }

    @Test
    void aClosedDatabaseSaysSo() {
        StructureDatabase db = empty();
        db.close();
        assertThatThrownBy(db::count).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        db.close();
    }
}
