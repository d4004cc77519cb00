package org.ragdiff.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.RgbImage;

class GarmentArchiveTest {
    private static final int SIDE = 33;

    @TempDir
    Path folder;

    private final GarmentStore squares = new Squares(5, SIDE);

    private Path write() throws IOException {
        List<GarmentArchiveWriter.Entry> entries = new ArrayList<>();
        for (int i = 0; i < squares.size(); i++) {
            entries.add(new GarmentArchiveWriter.Entry(squares.get(i), background(i), 0.5 + 0.1 * i));
        }
        Path file = folder.resolve("garments.bin");
        GarmentArchiveWriter.write(file, "key", SIDE, entries);
        return file;
    }

    private static RgbImage background(int index) {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        Arrays.fill(rgb, (byte) (10 * index));
        return RgbImage.wrap(SIDE, SIDE, rgb);
    }

    @Test
    void givesBackWhatWasWritten() throws IOException {
        GarmentArchive archive = GarmentArchive.open(write()).orElseThrow();
        assertThat(archive.size()).isEqualTo(5);
        assertThat(archive.key()).isEqualTo("key");
        for (int i = 0; i < 5; i++) {
            assertThat(archive.get(i)).usingRecursiveComparison().isEqualTo(squares.get(i));
            assertThat(archive.background(i)).isEqualTo(background(i));
            assertThat(archive.confidence(i)).isEqualTo(0.5 + 0.1 * i);
            assertThat(archive.id(i)).isEqualTo(squares.id(i));
            assertThat(archive.group(i)).isEqualTo(squares.group(i));
        }
        assertThatThrownBy(() -> archive.get(5)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void noFileIsNoArchive() throws IOException {
        assertThat(GarmentArchive.open(folder.resolve("none"))).isEmpty();
    }

    @Test
    void everyCutIsNoticed() throws IOException {
        Path file = write();
        byte[] whole = Files.readAllBytes(file);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 50; i++) {
            Files.write(file, Arrays.copyOf(whole, random.nextInt(whole.length)));
            assertThatThrownBy(() -> GarmentArchive.open(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("delete it");
        }
    }

    @Test
    void aHugeHeaderIsNotAllocated() throws IOException {
        Path file = write();
        byte[] whole = Files.readAllBytes(file);
        whole[GarmentArchive.MAGIC.length()] = 0x7f;
        Files.write(file, whole);
        assertThatThrownBy(() -> GarmentArchive.open(file)).hasMessageContaining("does not begin");
    }

    @Test
    void picturesOfAnotherSideAreRefused() {
        List<GarmentArchiveWriter.Entry> one =
                List.of(new GarmentArchiveWriter.Entry(squares.get(0), background(0), 1));
        assertThatThrownBy(() -> GarmentArchiveWriter.write(folder.resolve("x.bin"), "key", 64, one))
                .hasMessageContaining("side is 64");
        assertThat(folder.resolve("x.bin")).doesNotExist();
    }
}
