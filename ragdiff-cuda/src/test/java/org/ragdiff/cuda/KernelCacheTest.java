package org.ragdiff.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCacheTest {
    @TempDir
    Path folder;

    private final List<String> compiled = new ArrayList<>();

    private byte[] get(KernelCache cache, String source, String architecture) {
        return cache.get(source, "compiler 1", architecture, () -> {
            compiled.add(source + architecture);
            return (source + architecture).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        });
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    @Test
    void compilesOnceForEachSourceAndArchitecture() {
        for (int i = 0; i < 3; i++) {
            KernelCache cache = new KernelCache(folder);
            assertThat(get(cache, "a", "sm_80")).isEqualTo("asm_80".getBytes());
            assertThat(get(cache, "a", "sm_90")).isEqualTo("asm_90".getBytes());
            assertThat(get(cache, "b", "sm_90")).isEqualTo("bsm_90".getBytes());
        }
        assertThat(compiled).containsExactly("asm_80", "asm_90", "bsm_90");
    }

    @Test
    void damagedFilesAreCompiledAgainAndReplaced() throws IOException {
        KernelCache cache = new KernelCache(folder);
        get(cache, "a", "sm_90");
        Path file = files().get(0);
        byte[] good = Files.readAllBytes(file);
        byte[] flipped = good.clone();
        flipped[good.length - 1] ^= 1;
        byte[] cut = java.util.Arrays.copyOf(good, good.length - 2);
        for (byte[] bad : List.of(flipped, cut, new byte[0], new byte[500])) {
            Files.write(file, bad);
            assertThat(get(cache, "a", "sm_90")).isEqualTo("asm_90".getBytes());
            assertThat(Files.readAllBytes(file)).isEqualTo(good);
        }
        assertThat(compiled).hasSize(5);
    }

    @Test
    void keepsTheLastUsedFilesOnly() throws IOException {
        KernelCache cache = new KernelCache(folder);
        for (int i = 0; i < KernelCache.MOST + 5; i++) {
            get(cache, "source " + i, "sm_90");
            for (Path f : files()) {
                // Older than what is written next, whatever the clock's resolution.
                Files.setLastModifiedTime(
                        f,
                        java.nio.file.attribute.FileTime.fromMillis(
                                Files.getLastModifiedTime(f).toMillis() - 10_000));
            }
        }
        assertThat(files()).hasSize(KernelCache.MOST);
        compiled.clear();
        get(cache, "source " + (KernelCache.MOST + 4), "sm_90");
        assertThat(compiled).isEmpty();
        get(cache, "source 0", "sm_90");
        assertThat(compiled).hasSize(1);
    }

    @Test
    void aFolderThatCannotBeMadeCostsOnlyTheCompilation() throws IOException {
        Path blocked = Files.writeString(folder.resolve("file"), "x").resolve("below");
        KernelCache cache = new KernelCache(blocked);
        assertThat(get(cache, "a", "sm_90")).isEqualTo("asm_90".getBytes());
        assertThat(get(cache, "a", "sm_90")).isEqualTo("asm_90".getBytes());
        assertThat(compiled).hasSize(2);
    }
}
