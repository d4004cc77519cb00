package org.ragdiff.retrieval.database.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureExamples;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.retrieval.database.DatabaseContents;
import org.ragdiff.retrieval.database.ExactDatabase;
import org.ragdiff.retrieval.database.LuceneDatabase;

class DatabaseExchangeTest {
    private static final int DIMENSION = 9;
    private static final byte[] PICTURE = {(byte) 0xff, (byte) 0xd8, 1, 2, 3, 4};

    @TempDir
    Path directory;

    private Path folder;
    private String contents;

    @BeforeEach
    void export() throws IOException {
        folder = directory.resolve("export");
        try (LuceneDatabase db = LuceneDatabase.create(directory.resolve("db"), DIMENSION, "encoder-a")) {
            List<StructureEntry> entries = StructureExamples.entries(20, DIMENSION, 1);
            db.upsert(entries);
            db.putThumbnail("garment-4", PICTURE);
            db.describe(Provenance.of("structure-database", "test", 8));
            db.commit();
            contents = DatabaseContents.sha256(db);
            assertThat(DatabaseExport.write(db, folder)).isEqualTo(20);
        }
    }

    private LuceneDatabase target(String name) throws IOException {
        return LuceneDatabase.create(directory.resolve(name), DIMENSION, "encoder-a");
    }

    @Test
    void comesBackWithoutALoss() throws IOException {
        DatabaseImport back = DatabaseImport.open(folder);
        assertThat(back.provenance().orElseThrow().seed()).isEqualTo(8);
        try (LuceneDatabase db = target("back")) {
            assertThat(back.into(db, ConflictPolicy.FAIL)).isEqualTo(new IntakeCounts(20, 0, 0));
            assertThat(DatabaseContents.sha256(db)).isEqualTo(contents);
            assertThat(db.thumbnail("garment-4")).hasValue(PICTURE);
            // The same again is no conflict.
            assertThat(back.into(db, ConflictPolicy.FAIL)).isEqualTo(new IntakeCounts(0, 0, 20));
        }
        try (ExactDatabase db = new ExactDatabase(DIMENSION, "encoder-a")) {
            back.into(db, ConflictPolicy.FAIL);
            assertThat(DatabaseContents.sha256(db)).isEqualTo(contents);
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).noneMatch(f -> f.getFileName().toString().startsWith(".ragdiff"));
        }
    }

    @Test
    void silhouettesServeWhereThereAreNoFields() throws IOException {
        Files.delete(folder.resolve(ExchangeFiles.FIELDS));
        try (ExactDatabase db = new ExactDatabase(DIMENSION, "encoder-a");
                LuceneDatabase original = LuceneDatabase.open(directory.resolve("db"))) {
            DatabaseImport.open(folder).into(db, ConflictPolicy.FAIL);
            for (StructureEntry e : original.entries()) {
                assertThat(db.get(e.id()).orElseThrow().field().toSilhouette())
                        .isEqualTo(e.field().toSilhouette());
            }
        }
        Path entries = folder.resolve(ExchangeFiles.ENTRIES);
        Files.writeString(entries, Files.readString(entries).replaceAll(",\"silhouette\":\"[^\"]*\"", ""));
        refused("one of them is needed");
    }

    @Test
    void linesThatAreNotRightAreRefusedByNumber() throws IOException {
        Path entries = folder.resolve(ExchangeFiles.ENTRIES);
        String good = Files.readString(entries);
        List<String> lines = good.lines().toList();
        String third = lines.get(2);
        String[][] cases = {
            {third.replace("garment-2", "garment-1"), "garment-1 comes twice"},
            {third.replace("garment-2", ""), "1 to 512 characters"},
            {third.replace("\"id\":\"garment-2\",", ""), "it has no id"},
            {third.replaceAll("\"category\":\"\\w+\"", "\"category\":\"ROBE\""), "ROBE"},
            {third.replace("\"id\"", "\"thumbnail\":\"../db/write.lock\",\"id\""), "not a file in the folder"},
            {third.replace("\"id\"", "\"thumbnail\":\"/etc/hostname\",\"id\""), "not a file in the folder"},
            {third.replace("\"id\"", "\"thumbnail\":\"none.jpg\",\"id\""), "there is no file none.jpg"},
            {third.replace("\"id\"", "\"thumbnail\":\"database.json\",\"id\""), "neither JPEG nor PNG"},
            {third.replace("}", " ".repeat(1 << 14) + "}"), "more than 16384 characters"},
            {"{not json", "line 3"},
        };
        for (String[] c : cases) {
            Files.writeString(entries, good.replace(third + "\n", c[0] + "\n"));
            refused("line 3", c[1], "nothing was imported");
        }
        Files.writeString(entries, good.replace(lines.get(19) + "\n", ""));
        refused("line 20", "ends before it");
        Files.writeString(entries, good + third + "\n");
        refused("more lines");
    }

    @Test
    void arraysThatAreNotRightAreRefused() throws IOException {
        Path embeddings = folder.resolve(ExchangeFiles.EMBEDDINGS);
        byte[] good = Files.readAllBytes(embeddings);
        try (NpyWriter other = new NpyWriter(embeddings, new NpyHeader(false, 20, DIMENSION))) {
            for (int i = 0; i < 20; i++) {
                float[] v = StructureExamples.unitVector(new Random(i), DIMENSION);
                v[1] = i == 7 ? Float.NaN : v[1];
                other.row(v);
            }
        }
        refused("line 8", "expected a unit vector");
        try (NpyWriter other = new NpyWriter(embeddings, new NpyHeader(false, 20, DIMENSION + 1))) {
            for (int i = 0; i < 20; i++) {
                other.row(new float[DIMENSION + 1]);
            }
        }
        refused("shape [20, 10], expected [20, 9]");
        Files.write(embeddings, good);
        try (NpyWriter other = new NpyWriter(folder.resolve(ExchangeFiles.FIELDS), new NpyHeader(true, 20, 300, 3))) {
            for (int i = 0; i < 20; i++) {
                other.row(new float[900]);
            }
        }
        refused("shape [20, 300, 3]");
    }

    @Test
    void manifestsThatAreNotRightAreRefused() throws IOException {
        Path manifest = folder.resolve(ExchangeFiles.MANIFEST);
        String good = Files.readString(manifest);
        String[][] cases = {
            {good.replace("\"version\" : 1", "\"version\" : 2"), "version 2"},
            {good.replace("ragdiff-structures", "other"), "format other"},
            {good.replace("\"count\" : 20", "\"count\" : 2000000000"), "2000000000 entries"},
            {"{", "not what `ragdiff index export` writes"},
        };
        for (String[] c : cases) {
            Files.writeString(manifest, c[0]);
            assertThatThrownBy(() -> DatabaseImport.open(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(c[1]);
        }
        Files.writeString(manifest, good);
        try (ExactDatabase other = new ExactDatabase(DIMENSION, "encoder-b")) {
            assertThatThrownBy(() -> DatabaseImport.open(folder).into(other, ConflictPolicy.FAIL))
                    .hasMessageContaining("encoder-b");
        }
        try (LuceneDatabase db = LuceneDatabase.open(directory.resolve("db"))) {
            assertThatThrownBy(() -> DatabaseExport.write(db, folder)).hasMessageContaining("not empty");
        }
    }

    @Test
    void mergingFollowsThePolicy() throws IOException {
        try (LuceneDatabase source = LuceneDatabase.open(directory.resolve("db"));
                LuceneDatabase target = target("target")) {
            StructureEntry own = StructureExamples.entry("garment-4", new Random(99), DIMENSION);
            StructureEntry other = StructureExamples.entry("mine", new Random(98), DIMENSION);
            target.upsert(List.of(other, own));
            target.commit();
            assertThatThrownBy(() -> DatabaseMerge.merge(source, target, ConflictPolicy.FAIL))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("garment-4");
            assertThat(DatabaseMerge.merge(source, target, ConflictPolicy.KEEP))
                    .satisfies(c -> assertThat(c.kept()).isPositive());
            assertThat(target.get("garment-4").orElseThrow().embedding()).isEqualTo(own.embedding());
            assertThat(DatabaseMerge.merge(source, target, ConflictPolicy.REPLACE))
                    .isEqualTo(new IntakeCounts(0, 1, 19));
            assertThat(target.count()).isEqualTo(21);
            assertThat(target.thumbnail("garment-4")).hasValue(PICTURE);
            assertThat(target.get("garment-4").orElseThrow().attributes())
                    .isEqualTo(source.get("garment-4").orElseThrow().attributes());
            assertThat(target.get("mine").orElseThrow().attributes()).isNotEqualTo(GarmentAttributes.UNKNOWN);
        }
        try (LuceneDatabase source = LuceneDatabase.open(directory.resolve("db"));
                ExactDatabase elsewhere = new ExactDatabase(DIMENSION, "encoder-b")) {
            assertThatThrownBy(() -> DatabaseMerge.merge(source, elsewhere, ConflictPolicy.KEEP))
                    .hasMessageContaining("different encoders");
        }
    }

    private void refused(String... parts) throws IOException {
        Path path = directory.resolve("refused");
        try (LuceneDatabase db = LuceneDatabase.create(path, DIMENSION, "encoder-a")) {
            assertThatThrownBy(() -> DatabaseImport.open(folder).into(db, ConflictPolicy.FAIL))
                    .isInstanceOf(IOException.class)
                    .satisfies(e -> assertThat(e.getMessage()).contains(parts));
        }
        assertThat(LuceneDatabase.exists(path)).isFalse();
    }
}
