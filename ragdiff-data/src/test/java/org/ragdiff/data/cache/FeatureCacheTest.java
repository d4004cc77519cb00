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

    /** Killed after some records, in the middle of another: what is whole is not computed again. */
    @Test
    void aComputationThatWasCutShortGoesOn() throws IOException {
        float[][] expected = new float[7][LAYOUT.recordLength()];
        for (int i = 0; i < expected.length; i++) {
            java.util.Arrays.fill(expected[i], i + 1);
        }
        Path file = directory.resolve("g");
        assertThatThrownBy(() -> FeatureCache.openOrCompute(file, "k", LAYOUT, sink -> {
                    assertThat(sink.present()).isZero();
                    for (int i = 0; i < 3; i++) {
                        sink.append(expected[i]);
                    }
                    throw new IOException("killed");
                }))
                .hasMessage("killed");
        Path part = directory.resolve("g.part");
        byte[] left = Files.readAllBytes(part);
        Files.write(part, java.util.Arrays.copyOf(left, left.length - 1));
        FeatureCache.Source rest = sink -> {
            assertThat(sink.present()).isEqualTo(2);
            for (int i = sink.present(); i < expected.length; i++) {
                sink.append(expected[i]);
            }
        };
        FeatureCache cache = FeatureCache.openOrCompute(file, "k", LAYOUT, rest);
        assertThat(part).doesNotExist();
        assertThat(cache.count()).isEqualTo(expected.length);
        for (int i = 0; i < expected.length; i++) {
            float[] a = new float[3];
            cache.read(i, "a", a, 0);
            assertThat(a[0]).isEqualTo(i + 1);
        }

        // What another key has left is no start.
        Files.write(part, left);
        FeatureCache.openOrCompute(file, "other", LAYOUT, sink -> {
            assertThat(sink.present()).isZero();
            sink.append(expected[0]);
        });
        assertThat(part).doesNotExist();
    }

    @Test
    void namesWhatIsWrong() throws IOException {
        assertThatThrownBy(() -> open("k").read(0, "b", new float[3], 0)).hasMessageContaining("no part b");
        assertThatThrownBy(() -> open("k").read(5, "a", new float[3], 0)).hasMessageContaining("record 5 of 5");
    }
}
