package org.ragdiff.retrieval.database.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against files that NumPy wrote: (arange(12).reshape(3, 4) - 5) / 7 and (arange(18).reshape(2, 3, 3) - 9) / 16. */
class NpyFilesTest {
    @TempDir
    Path directory;

    private Path fixture(String name) throws IOException {
        Path file = directory.resolve(name);
        try (InputStream in = NpyFilesTest.class.getResourceAsStream("/npy/" + name)) {
            Files.copy(in, file);
        }
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = {"f4.npy", "v2.npy"})
    void singlePrecision(String name) throws IOException {
        try (NpyReader npy = new NpyReader(fixture(name))) {
            assertThat(npy.shape()).containsExactly(3, 4);
            for (int r = 0; r < 3; r++) {
                float[] row = npy.row();
                for (int c = 0; c < 4; c++) {
                    assertThat(row[c]).isEqualTo((4 * r + c - 5) / 7f);
                }
            }
        }
    }

    @Test
    void halfPrecision() throws IOException {
        try (NpyReader npy = new NpyReader(fixture("f2.npy"))) {
            assertThat(npy.shape()).containsExactly(2, 3, 3);
            for (int r = 0; r < 2; r++) {
                float[] row = npy.row();
                for (int c = 0; c < 9; c++) {
                    assertThat(row[c]).isEqualTo((9 * r + c - 9) / 16f);
                }
            }
        }
    }

    @Test
    void writesTheBytesThatNumPyWrites() throws IOException {
        Path f4 = directory.resolve("ours4.npy");
        try (NpyWriter npy = new NpyWriter(f4, new NpyHeader(false, 3, 4))) {
            for (int r = 0; r < 3; r++) {
                npy.row(new float[] {(4 * r - 5) / 7f, (4 * r - 4) / 7f, (4 * r - 3) / 7f, (4 * r - 2) / 7f});
            }
        }
        assertThat(f4).hasSameBinaryContentAs(fixture("f4.npy"));
        Path f2 = directory.resolve("ours2.npy");
        try (NpyWriter npy = new NpyWriter(f2, new NpyHeader(true, 2, 3, 3))) {
            for (int r = 0; r < 2; r++) {
                float[] row = new float[9];
                for (int c = 0; c < 9; c++) {
                    row[c] = (9 * r + c - 9) / 16f;
                }
                npy.row(row);
            }
        }
        assertThat(f2).hasSameBinaryContentAs(fixture("f2.npy"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fortran.npy", "big.npy", "f8.npy"})
    void otherLayoutsAreRefusedWithTheWayOut(String name) throws IOException {
        Path file = fixture(name);
        assertThatThrownBy(() -> new NpyReader(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("numpy.ascontiguousarray(x, '<f4')");
    }

    @Test
    void lengthsThatDoNotFitAreRefusedBeforeAnythingIsRead() throws IOException {
        byte[] good = Files.readAllBytes(fixture("f4.npy"));
        String header = new String(good, StandardCharsets.ISO_8859_1);
        for (String shape : new String[] {"(3, 5)", "(9, 9999999999999999999)", "(4294967296, 4294967296)"}) {
            // The padding gives way.
            String bad = header.replace("(3, 4), }" + " ".repeat(shape.length() - 6), shape + ", }");
            Path file = Files.write(directory.resolve("bad.npy"), bad.getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> new NpyReader(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("bad.npy");
        }
        Path cut = Files.write(directory.resolve("cut.npy"), Arrays.copyOf(good, good.length - 1));
        assertThatThrownBy(() -> new NpyReader(cut)).hasMessageContaining("cut");
        Path none = Files.writeString(directory.resolve("none.npy"), "not an array");
        assertThatThrownBy(() -> new NpyReader(none)).hasMessageContaining("no NumPy array");
        good[8] = (byte) 0xff;
        good[9] = (byte) 0xff;
        Path long0 = Files.write(directory.resolve("long.npy"), good);
        assertThatThrownBy(() -> new NpyReader(long0)).hasMessageContaining("header of 65535 bytes");
    }
}
