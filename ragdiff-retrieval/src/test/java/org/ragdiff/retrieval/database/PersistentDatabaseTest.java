package org.ragdiff.retrieval.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureDatabaseContract;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureExamples;

class PersistentDatabaseTest extends StructureDatabaseContract {
    private static final byte[] PICTURE = {(byte) 0xff, (byte) 0xd8, 1, 2, 3, 4};

    @TempDir
    Path directory;

    @Override
    protected StructureDatabase empty() {
        try {
            return PersistentDatabase.create(directory, DIMENSION, "encoder-a");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected double tolerance() {
        return 1e-4;
    }

    private Path file() {
        return directory.resolve(PersistentDatabase.FILE_NAME);
    }

    private byte[] commitSome() throws IOException {
        try (PersistentDatabase db = PersistentDatabase.create(directory, DIMENSION, "encoder-a")) {
            db.upsert(StructureExamples.entries(25, DIMENSION, 1));
            db.putThumbnail("garment-3", PICTURE);
            db.commit();
        }
        return Files.readAllBytes(file());
    }

    @Test
    void reopensToExactlyWhatWasInMemory() throws IOException {
        List<StructureEntry> given = StructureExamples.entries(200, DIMENSION, 2);
        float[] query = StructureExamples.unitVector(new Random(9), DIMENSION);
        List<Neighbour> before;
        try (PersistentDatabase db = PersistentDatabase.create(directory, DIMENSION, "encoder-a")) {
            db.upsert(given);
            db.putThumbnail("garment-7", PICTURE);
            db.commit();
            before = db.search(query, 12, e -> true);
        }
        byte[] first = Files.readAllBytes(file());
        try (PersistentDatabase db = PersistentDatabase.open(directory, "encoder-a")) {
            assertThat(db.count()).isEqualTo(200);
            assertThat(db.thumbnail("garment-7")).hasValue(PICTURE);
            assertThat(db.thumbnail("garment-8")).isEmpty();
            List<Neighbour> after = db.search(query, 12, e -> true);
            for (int i = 0; i < 12; i++) {
                StructureEntry a = before.get(i).entry();
                StructureEntry b = after.get(i).entry();
                assertThat(b.id()).isEqualTo(a.id());
                assertThat(b.embedding()).isEqualTo(a.embedding());
                assertThat(b.field()).isEqualTo(a.field());
                assertThat(b.attributes()).isEqualTo(a.attributes());
                assertThat(b.group()).isEqualTo(a.group());
                assertThat(after.get(i).similarity()).isEqualTo(before.get(i).similarity());
            }
            for (StructureEntry e : given) {
                StructureEntry kept = db.get(e.id()).orElseThrow();
                assertThat(kept.embedding()).containsExactly(e.embedding(), within(2e-5f));
                assertThat(kept.field().toArray()).containsExactly(e.field().toArray(), within(1f / 2048));
                assertThat(kept.field().toSilhouette()).isEqualTo(e.field().toSilhouette());
            }
            db.putThumbnail("garment-7", PICTURE);
            db.commit();
        }
        assertThat(Files.readAllBytes(file())).isEqualTo(first);
    }

    @Test
    void whatIsNotCommittedIsNotThere() throws IOException {
        commitSome();
        try (PersistentDatabase db = PersistentDatabase.open(directory)) {
            db.delete("garment-3");
            assertThat(db.thumbnail("garment-3")).isEmpty();
        }
        try (PersistentDatabase db = PersistentDatabase.open(directory)) {
            assertThat(db.count()).isEqualTo(25);
            db.delete("garment-3");
            db.commit();
        }
        try (PersistentDatabase db = PersistentDatabase.open(directory)) {
            assertThat(db.count()).isEqualTo(24);
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void refusesTheDatabaseOfAnotherEncoder() throws IOException {
        commitSome();
        assertThatThrownBy(() -> PersistentDatabase.open(directory, "encoder-b"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("encoder-a")
                .hasMessageContaining("encoder-b")
                .hasMessageContaining("ragdiff index build");
    }

    @Test
    void everyDamagedFileIsRefusedWithAMessage() throws IOException {
        byte[] good = commitSome();
        Random random = new Random(4);
        for (int round = 0; round < 200; round++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            refused(bad);
            refused(Arrays.copyOf(good, random.nextInt(good.length)));
        }
        refused(new byte[0]);
        refused("not a database at all".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void forgedFilesWithARightChecksumAreRefusedToo() throws Exception {
        byte[] good = commitSome();
        Random random = new Random(5);
        for (int round = 0; round < 300; round++) {
            byte[] bad = good.clone();
            int at = 12 + random.nextInt(round % 2 == 0 ? 60 : bad.length - 44);
            bad[at] = (byte) random.nextInt(256);
            seal(bad);
            write(bad);
            try (PersistentDatabase db = PersistentDatabase.open(directory)) {
                assertThat(db.count()).isLessThanOrEqualTo(25);
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        byte[] huge = good.clone();
        ByteBuffer.wrap(huge).putInt(16, Integer.MAX_VALUE);
        seal(huge);
        refused(huge);
    }

    @Test
    void anotherFormatVersionSaysSo() throws Exception {
        byte[] other = commitSome();
        ByteBuffer.wrap(other).putInt(8, 2);
        seal(other);
        write(other);
        assertThatThrownBy(() -> PersistentDatabase.open(directory)).hasMessageContaining("format version is 2");
    }

    @Test
    void aMissingDatabaseAndAnUnwritableDirectorySayWhatToDo() throws IOException {
        assertThatThrownBy(() -> PersistentDatabase.open(directory.resolve("nowhere")))
                .hasMessageContaining("ragdiff index build");
        Path gone = Files.createDirectory(directory.resolve("gone"));
        try (PersistentDatabase db = PersistentDatabase.create(gone, DIMENSION, "e")) {
            db.upsert(StructureExamples.entries(2, DIMENSION, 1));
            Files.delete(gone);
            assertThatThrownBy(db::commit)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("cannot write");
        }
    }

    @Test
    void thumbnailsAreChecked() throws IOException {
        try (PersistentDatabase db = PersistentDatabase.create(directory, DIMENSION, "e")) {
            db.upsert(StructureExamples.entries(2, DIMENSION, 1));
            assertThatThrownBy(() -> db.putThumbnail("nobody", PICTURE)).hasMessageContaining("nobody");
            assertThatThrownBy(() -> db.putThumbnail("garment-0", new byte[100]))
                    .hasMessageContaining("JPEG");
            assertThatThrownBy(() -> db.putThumbnail("garment-0", new byte[1 << 17]))
                    .hasMessageContaining("smaller");
        }
    }

    private void refused(byte[] bytes) throws IOException {
        write(bytes);
        assertThatThrownBy(() -> PersistentDatabase.open(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ragdiff index build");
    }

    private void write(byte[] bytes) throws IOException {
        Files.write(file(), bytes);
    }

    private static void seal(byte[] bytes) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes, 0, bytes.length - 32);
        System.arraycopy(digest.digest(), 0, bytes, bytes.length - 32, 32);
    }
}
