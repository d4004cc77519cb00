package org.ragdiff.retrieval.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ragdiff.core.StructureExamples;

/** Flipped bits, cut and lost files, in every file of a directory: opening tells. */
class DamagedDatabaseTest {
    private static final int DIMENSION = 16;
    private static final int FLIPS = 30;

    @TempDir
    Path directory;

    private final TreeMap<String, byte[]> files = new TreeMap<>();

    /** Two parts, one with a deletion. */
    private void write(boolean manyFiles) throws IOException {
        LuceneOptions quantised = LuceneOptions.defaults().withQuantisation(LuceneOptions.Quantisation.INT7);
        try (LuceneDatabase db = LuceneDatabase.create(directory, DIMENSION, "e", quantised)) {
            db.upsert(StructureExamples.entries(30, DIMENSION, 1));
            db.commit();
            db.delete("garment-3");
            db.putThumbnail("garment-4", new byte[] {(byte) 0xff, (byte) 0xd8, 1, 2, 3});
            db.commit();
        }
        if (manyFiles) {
            spread();
        }
        files.clear();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path f : all.toList()) {
                files.put(f.getFileName().toString(), Files.readAllBytes(f));
            }
        }
        // Of no length: only the operating system's lock on it counts.
        assertThat(files.remove("write.lock")).isEmpty();
        assertThat(files.keySet())
                .anyMatch(f -> f.startsWith("segments_"))
                .anyMatch(f -> f.endsWith(manyFiles ? ".vec" : ".cfs"))
                .anyMatch(f -> f.endsWith(".liv"));
    }

    /** As large databases are: a file for each kind of data. */
    private void spread() throws IOException {
        IndexWriterConfig config =
                new IndexWriterConfig().setUseCompoundFile(false).setMergePolicy(NoMergePolicy.INSTANCE);
        try (FSDirectory here = FSDirectory.open(directory);
                FSDirectory there = FSDirectory.open(directory.resolve("spread"));
                DirectoryReader reader = DirectoryReader.open(here)) {
            try (IndexWriter writer = new IndexWriter(there, config)) {
                for (LeafReaderContext leaf : reader.leaves()) {
                    writer.addIndexes((CodecReader) leaf.reader());
                }
                writer.deleteDocuments(new Term(LuceneFields.ID, "garment-5"));
                writer.setLiveCommitData(reader.getIndexCommit().getUserData().entrySet());
            }
        }
        try (Stream<Path> before = Files.list(directory)) {
            for (Path f : before.filter(Files::isRegularFile).toList()) {
                Files.delete(f);
            }
        }
        try (Stream<Path> after = Files.list(directory.resolve("spread"))) {
            for (Path f : after.toList()) {
                Files.move(f, directory.resolve(f.getFileName()));
            }
        }
        Files.delete(directory.resolve("spread"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyFlippedBitIsRefused(boolean manyFiles) throws IOException {
        write(manyFiles);
        Random random = new Random(4);
        for (String name : files.keySet()) {
            byte[] good = files.get(name);
            for (int i = 0; i < FLIPS; i++) {
                byte[] bad = good.clone();
                // Ends hold what the rest is found by: as many flips there as everywhere.
                int at = i % 3 == 0 ? random.nextInt(24) : i % 3 == 1 ? bad.length - 1 - random.nextInt(24) : -1;
                bad[at < 0 ? random.nextInt(bad.length) : at] ^= (byte) (1 << random.nextInt(8));
                refused(name, bad);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cutEmptyAndLostFilesAreRefused(boolean manyFiles) throws IOException {
        write(manyFiles);
        Random random = new Random(5);
        for (String name : files.keySet()) {
            byte[] good = files.get(name);
            for (int length : List.of(0, 1, random.nextInt(good.length), good.length - 1)) {
                refused(name, Arrays.copyOf(good, length));
            }
            Files.delete(directory.resolve(name));
            assertThatThrownBy(() -> LuceneDatabase.open(directory))
                    .as("%s lost", name)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ragdiff index build");
            Files.write(directory.resolve(name), good);
        }
    }

    private void refused(String name, byte[] bad) throws IOException {
        Files.write(directory.resolve(name), bad);
        assertThatThrownBy(() -> LuceneDatabase.open(directory))
                .as(name)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("ragdiff index build");
        Files.write(directory.resolve(name), files.get(name));
    }
}
