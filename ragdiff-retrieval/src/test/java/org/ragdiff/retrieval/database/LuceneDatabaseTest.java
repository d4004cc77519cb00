package org.ragdiff.retrieval.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureDatabaseContract;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureExamples;
import org.ragdiff.core.io.EntryCodec;
import org.ragdiff.core.provenance.Provenance;

class LuceneDatabaseTest extends StructureDatabaseContract {
    private static final byte[] PICTURE = {(byte) 0xff, (byte) 0xd8, 1, 2, 3, 4};

    @TempDir
    Path directory;

    private final AtomicInteger made = new AtomicInteger();

    @Override
    protected StructureDatabase empty() {
        try {
            return LuceneDatabase.create(directory.resolve("db" + made.incrementAndGet()), DIMENSION, "encoder-a");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void commitSome(int count) throws IOException {
        try (LuceneDatabase db = LuceneDatabase.create(directory, DIMENSION, "encoder-a")) {
            db.upsert(StructureExamples.entries(count, DIMENSION, 1));
            db.putThumbnail("garment-3", PICTURE);
            db.describe(Provenance.of("structure-database", "test", 3));
            db.commit();
        }
    }

    @Test
    void reopensToWhatWasCommitted() throws IOException {
        List<StructureEntry> given = StructureExamples.entries(200, DIMENSION, 2);
        Provenance made = Provenance.of("structure-database", "test", 3);
        String contents;
        try (LuceneDatabase db = LuceneDatabase.create(directory, DIMENSION, "encoder-a")) {
            db.upsert(given);
            db.putThumbnail("garment-7", PICTURE);
            db.describe(made);
            db.commit();
            contents = DatabaseContents.sha256(db);
        }
        try (LuceneDatabase db = LuceneDatabase.open(directory, "encoder-a")) {
            assertThat(db.count()).isEqualTo(200);
            assertThat(db.provenance()).hasValue(made);
            assertThat(db.thumbnail("garment-7")).hasValue(PICTURE);
            assertThat(db.thumbnail("garment-8")).isEmpty();
            assertThat(DatabaseContents.sha256(db)).isEqualTo(contents);
            for (StructureEntry e : given) {
                StructureEntry kept = db.get(e.id()).orElseThrow();
                assertThat(kept.embedding()).isEqualTo(e.embedding());
                assertThat(kept.attributes()).isEqualTo(e.attributes());
                assertThat(kept.group()).isEqualTo(e.group());
                assertThat(kept.field().toArray()).containsExactly(e.field().toArray(), within(1f / 2048));
                assertThat(kept.field().toSilhouette()).isEqualTo(e.field().toSilhouette());
                assertThat(EntryCodec.round(kept.field())).isEqualTo(kept.field());
            }
        }
    }

    @Test
    void whatIsNotCommittedIsNotThere() throws IOException {
        commitSome(25);
        try (LuceneDatabase db = LuceneDatabase.openForWriting(directory)) {
            db.delete("garment-3");
            db.upsert(StructureExamples.entries(40, DIMENSION, 7));
            assertThat(db.count()).isEqualTo(40);
            assertThat(db.thumbnail("garment-3")).isEmpty();
        }
        try (LuceneDatabase db = LuceneDatabase.openForWriting(directory)) {
            assertThat(db.count()).isEqualTo(25);
            assertThat(db.thumbnail("garment-3")).hasValue(PICTURE);
            db.delete("garment-3");
            db.commit();
        }
        try (LuceneDatabase db = LuceneDatabase.open(directory)) {
            assertThat(db.count()).isEqualTo(24);
            assertThat(db.thumbnail("garment-3")).isEmpty();
        }
    }

    @Test
    void thumbnailsStayWhenTheirEntryIsReplaced() throws IOException {
        commitSome(5);
        try (LuceneDatabase db = LuceneDatabase.openForWriting(directory)) {
            db.upsert(StructureExamples.entries(5, DIMENSION, 9));
            assertThat(db.thumbnail("garment-3")).hasValue(PICTURE);
            db.compact();
            assertThat(db.thumbnail("garment-3")).hasValue(PICTURE);
            assertThatThrownBy(() -> db.putThumbnail("nobody", PICTURE)).hasMessageContaining("nobody");
            assertThatThrownBy(() -> db.putThumbnail("garment-0", new byte[100]))
                    .hasMessageContaining("JPEG");
            assertThatThrownBy(() -> db.putThumbnail("garment-0", new byte[1 << 17]))
                    .hasMessageContaining("smaller");
        }
    }

    @Test
    void oneWritesAndManyReadTheLastCommit() throws IOException {
        commitSome(10);
        try (LuceneDatabase reader = LuceneDatabase.open(directory);
                LuceneDatabase writer = LuceneDatabase.openForWriting(directory)) {
            assertThatThrownBy(() -> LuceneDatabase.openForWriting(directory))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("being written to by process "
                            + ProcessHandle.current().pid())
                    .hasMessageContaining("wait");
            writer.upsert(StructureExamples.entries(30, DIMENSION, 4));
            assertThat(reader.refresh()).isFalse();
            writer.commit();
            assertThat(reader.count()).isEqualTo(10);
            assertThat(reader.refresh()).isTrue();
            assertThat(reader.count()).isEqualTo(30);
            assertThatThrownBy(() -> reader.delete("garment-0"))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("opened for reading");
        }
        try (LuceneDatabase next = LuceneDatabase.openForWriting(directory)) {
            assertThat(next.count()).isEqualTo(30);
        }
        assertThat(directory.resolve(WriterNote.FILE_NAME)).doesNotExist();
    }

    @Test
    void refusesTheDatabaseOfAnotherEncoderAndOtherIndexes() throws IOException {
        commitSome(4);
        assertThatThrownBy(() -> LuceneDatabase.open(directory, "encoder-b"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("encoder-a")
                .hasMessageContaining("encoder-b")
                .hasMessageContaining("ragdiff index build");
        assertThatThrownBy(() -> LuceneDatabase.open(directory.resolve("nowhere")))
                .hasMessageContaining("no structure database")
                .hasMessageContaining("ragdiff index build");
        Path other = directory.resolve("other");
        for (String format : new String[] {null, "2"}) {
            try (FSDirectory files = FSDirectory.open(other);
                    IndexWriter writer = new IndexWriter(files, new IndexWriterConfig())) {
                writer.addDocument(new Document());
                if (format != null) {
                    writer.setLiveCommitData(
                            Map.of(LuceneMeta.FORMAT_KEY, format).entrySet());
                }
            }
            assertThatThrownBy(() -> LuceneDatabase.open(other))
                    .hasMessageContaining(format == null ? "no structure database" : "format version is 2");
        }
        Path earlier = Files.createDirectory(directory.resolve("earlier"));
        Files.createFile(earlier.resolve("structures.ragdb"));
        assertThatThrownBy(() -> LuceneDatabase.open(earlier)).hasMessageContaining("earlier version");
        assertThatThrownBy(() -> LuceneDatabase.create(directory, 1025, "e")).hasMessageContaining("1024");
    }

    @Test
    void entriesAreThoseOfTheCall() throws IOException {
        commitSome(20);
        try (LuceneDatabase db = LuceneDatabase.openForWriting(directory)) {
            Iterable<StructureEntry> then = db.entries();
            for (int i = 0; i < 20; i++) {
                db.delete("garment-" + i);
                db.commit();
            }
            db.compact();
            assertThat(then).hasSize(20);
            assertThat(db.entries()).isEmpty();
        }
    }

    @Test
    void aWriterWithoutADirectorySaysWhatRemains() throws IOException {
        Path gone = directory.resolve("gone");
        try (LuceneDatabase db = LuceneDatabase.create(gone, DIMENSION, "e")) {
            db.upsert(StructureExamples.entries(2, DIMENSION, 1));
            try (var files = Files.list(gone)) {
                for (Path f : files.toList()) {
                    Files.delete(f);
                }
            }
            Files.delete(gone);
            assertThatThrownBy(db::commit)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("cannot write")
                    .hasMessageContaining(gone.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theGraphFindsAlmostAllAndItsSimilaritiesAreExact(LuceneOptions.Quantisation quantisation) throws IOException {
        int dimension = 24;
        Random random = new Random(6);
        SignedDistanceField field = StructureExamples.randomBox(random);
        List<StructureEntry> entries = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            entries.add(new StructureEntry(
                    "e" + i,
                    StructureExamples.unitVector(random, dimension),
                    field,
                    GarmentAttributes.UNKNOWN,
                    "group-" + i % 3));
        }
        LuceneOptions options =
                LuceneOptions.defaults().withExactUpTo(0).withSearchWidth(200).withQuantisation(quantisation);
        try (LuceneDatabase db = LuceneDatabase.create(directory, dimension, "e", options);
                ExactDatabase exact = new ExactDatabase(dimension, "e")) {
            for (int i = 0; i < 1_000; i += 250) {
                db.upsert(entries.subList(i, i + 250));
                db.commit();
            }
            exact.upsert(entries);
            int hits = 0;
            for (int n = 0; n < 50; n++) {
                float[] query = StructureExamples.unitVector(random, dimension);
                EntryFilter filter =
                        n % 2 == 0 ? EntryFilter.any() : EntryFilter.any().withoutGroup("group-1");
                Set<String> truth = exact.search(query, 10, filter).stream()
                        .map(t -> t.entry().id())
                        .collect(Collectors.toSet());
                List<Neighbour> found = db.search(query, 10, filter);
                assertThat(found).hasSize(10).allMatch(f -> filter.test(f.entry()));
                for (Neighbour f : found) {
                    assertThat(f.similarity())
                            .isEqualTo(ExactSearch.dot(query, f.entry().embedding()));
                    hits += truth.contains(f.entry().id()) ? 1 : 0;
                }
            }
            assertThat(hits / 500.0).isGreaterThanOrEqualTo(0.95);
            // A filter that leaves one entry, far from the query.
            assertThat(db.search(entries.get(0).embedding(), 5, e -> e.id().equals("e999")))
                    .hasSize(1);
        }
    }
}
