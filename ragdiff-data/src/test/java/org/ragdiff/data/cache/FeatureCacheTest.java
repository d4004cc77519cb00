package org.ragdiff.data.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureCacheTest {
    private static final FeatureLayout LAYOUT = new FeatureLayout(new LinkedHashMap<>(Map.of("a", 3)));

    @TempDir
    Path directory;

    private final AtomicInteger computed = new AtomicInteger();

    private FeatureCache open(String key) throws IOException {
        return FeatureCache.openOrCompute(directory.resolve("f"), key, LAYOUT, sink -> {
            computed.incrementAndGet();
            for (int i = 0; i < 5; i++) {
                sink.append(new float[] {i, i + 0.5f, -i});
            }
        });
    }

    @Test
    void computesOnceForAKey() throws IOException {
        open("k");
        FeatureCache cache = open("k");
        assertThat(computed).hasValue(1);
        float[] out = new float[4];
        cache.read(3, "a", out, 1);
        assertThat(out).containsExactly(0, 3, 3.5f, -3);
        assertThat(cache.count()).isEqualTo(5);
        open("other");
        assertThat(computed).hasValue(2);
    }

    @Test
    void aTruncatedFileIsComputedAgain() throws IOException {
        open("k");
        byte[] bytes = Files.readAllBytes(directory.resolve("f"));
        Files.write(directory.resolve("f"), java.util.Arrays.copyOf(bytes, bytes.length - 1));
        open("k");
        assertThat(computed).hasValue(2);
    }

    @Test
    void aFailedComputationLeavesNothing() throws IOException {
        assertThatThrownBy(() -> FeatureCache.openOrCompute(directory.resolve("f"), "k", LAYOUT, sink -> {
                    throw new IOException("no");
                }))
                .hasMessage("no");
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void namesWhatIsWrong() throws IOException {
        assertThatThrownBy(() -> open("k").read(0, "b", new float[3], 0)).hasMessageContaining("no part b");
        assertThatThrownBy(() -> open("k").read(5, "a", new float[3], 0)).hasMessageContaining("record 5 of 5");
    }
}
