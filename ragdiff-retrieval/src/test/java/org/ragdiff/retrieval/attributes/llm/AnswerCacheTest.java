package org.ragdiff.retrieval.attributes.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.Concurrently;

class AnswerCacheTest {
    private static final AnswerCache.Key KEY = new AnswerCache.Key("a".repeat(64), "b".repeat(64), "m/x:1");

    @TempDir
    Path folder;

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void anEntryIsFoundByItsKeyAlone() throws Exception {
        AnswerCache cache = new AnswerCache(folder.resolve("new"));
        assertThat(cache.find(KEY)).isEmpty();
        cache.put(KEY, LlmFixture.SHIRT);
        assertThat(new AnswerCache(folder.resolve("new")).find(KEY)).contains(LlmFixture.SHIRT);
        assertThat(cache.find(new AnswerCache.Key("c".repeat(64), KEY.promptHash(), KEY.model())))
                .isEmpty();
        assertThat(cache.find(new AnswerCache.Key(KEY.photoHash(), "c".repeat(64), KEY.model())))
                .isEmpty();
        assertThat(cache.find(new AnswerCache.Key(KEY.photoHash(), KEY.promptHash(), "m")))
                .isEmpty();
        assertThat(files()).hasSize(1);
        assertThat(Files.size(files().get(0))).isLessThan(1024);
    }

    @Test
    void whateverBitIsFlippedTheEntryIsIgnoredAndWrittenAgain() throws Exception {
        AnswerCache cache = new AnswerCache(folder);
        cache.put(KEY, LlmFixture.SHIRT);
        Path file = files().get(0);
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i += 31) {
            byte[] bad = good.clone();
            bad[i] ^= (byte) (1 << (i % 7));
            Files.write(file, bad);
            assertThat(cache.find(KEY)).as("byte " + i).isEmpty();
        }
        cache.put(KEY, LlmFixture.SHIRT);
        assertThat(Files.readAllBytes(file)).isEqualTo(good);
    }

    @Test
    void cutEmptyLargeAndForeignEntriesAreIgnored() throws Exception {
        AnswerCache cache = new AnswerCache(folder);
        cache.put(KEY, LlmFixture.SHIRT);
        Path file = files().get(0);
        String good = Files.readString(file);
        for (String bad : List.of("", good.substring(0, 100), good + " ".repeat(10_000), "[1,2]", good.strip())) {
            Files.writeString(file, bad);
            assertThat(cache.find(KEY)).isEmpty();
        }
        // An entry of another key under this one's name.
        AnswerCache.Key other = new AnswerCache.Key("d".repeat(64), KEY.promptHash(), KEY.model());
        Files.writeString(file, good);
        cache.put(other, LlmFixture.HEAD);
        Path foreign = files().stream().filter(f -> !f.equals(file)).findFirst().orElseThrow();
        Files.copy(foreign, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(cache.find(KEY)).isEmpty();
    }

    @Test
    void manyWritersLeaveOneWholeEntry() throws Exception {
        AnswerCache cache = new AnswerCache(folder);
        Concurrently.run(4, 20, i -> {
            cache.put(KEY, LlmFixture.SHIRT);
            return cache.find(KEY).orElseThrow();
        });
        assertThat(files()).hasSize(1);
    }

    @Test
    void aFolderThatCannotBeWrittenLosesNoAnswer() throws Exception {
        AnswerCache cache = new AnswerCache(folder);
        // A file where the entry's folder should be.
        Files.writeString(folder.resolve(KEY.hash().substring(0, 2)), "x");
        cache.put(KEY, LlmFixture.SHIRT);
        assertThat(cache.find(KEY)).isEmpty();
    }
}
