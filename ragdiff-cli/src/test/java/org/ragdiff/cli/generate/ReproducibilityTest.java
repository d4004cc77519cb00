package org.ragdiff.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.Pictures;

/** The same seed in processes of their own, with the demo model. */
class ReproducibilityTest {
    /** What docs/architecture.md promises between thread counts, of the image in [-1, 1] before it is rounded. */
    private static final float THREADS = 1e-4f;

    private static final Path MODEL =
            Path.of("").toAbsolutePath().getParent().resolve("models").resolve("demo");

    @TempDir
    private Path folder;

    @Test
    void processesGiveTheSameBytesAndThreadCountsTheSameImage() throws Exception {
        Path photo = Pictures.write(folder.resolve("photo.png"), Pictures.garment(160, 200, 30, 40, 100, 120));
        GenerationProcess.Output two = GenerationProcess.run(MODEL, photo, folder.resolve("a"), 2);
        GenerationProcess.Output again = GenerationProcess.run(MODEL, photo, folder.resolve("b"), 2);
        assertThat(again.png()).isEqualTo(two.png());
        assertThat(again.floats()).containsExactly(two.floats());

        for (int threads : new int[] {1, 3}) {
            GenerationProcess.Output other =
                    GenerationProcess.run(MODEL, photo, folder.resolve("of" + threads), threads);
            assertThat(largestDifference(other.floats(), two.floats()))
                    .as("largest difference with %d threads", threads)
                    .isLessThanOrEqualTo(THREADS);
        }
    }

    private static float largestDifference(float[] a, float[] b) {
        assertThat(a).hasSameSizeAs(b);
        float largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }
}
