package org.ragdiff.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.data.cache.FeatureCache;
import org.ragdiff.data.cache.FeatureLayout;
import org.ragdiff.diffusion.unet.DiffusionBatch;

/** Each record's parts hold the record's number and one of their own. */
class DiffusionBatchesTest {
    private static final int RECORDS = 5;
    private static final int CELLS = 2;
    private static final int CHANNELS = 3;
    private static final int DIMENSION = 4;
    private static final int FIELD = StandardFrame.FIELD_SIDE * StandardFrame.FIELD_SIDE;

    @TempDir
    Path directory;

    private FeatureCache features;

    @BeforeEach
    void write() throws IOException {
        Map<String, Integer> parts = new LinkedHashMap<>();
        parts.put(DiffusionFeatures.STANDARD, CELLS * CELLS * CHANNELS);
        parts.put(DiffusionFeatures.REFERENCE, CELLS * CELLS * CHANNELS);
        parts.put(DiffusionFeatures.STRUCTURE, DIMENSION);
        parts.put(DiffusionFeatures.LANDMARK, FIELD);
        features =
                FeatureCache.openOrCompute(directory.resolve("features.bin"), "key", new FeatureLayout(parts), sink -> {
                    for (int i = 0; i < RECORDS; i++) {
                        float[] record = new float[2 * CELLS * CELLS * CHANNELS + DIMENSION + FIELD];
                        int at = 0;
                        int part = 0;
                        for (int length : parts.values()) {
                            Arrays.fill(record, at, at + length, 100 * part++ + i);
                            at += length;
                        }
                        sink.append(record);
                    }
                });
    }

    private DiffusionBatches batches(double jitter) {
        return new DiffusionBatches(features, CELLS, CHANNELS, CHANNELS, DIMENSION, jitter);
    }

    @Test
    void aSampleIsOneRecord() {
        Set<Float> seen = new HashSet<>();
        for (int step = 0; step < 10; step++) {
            DiffusionBatch b = batches(0).batch(1, step, 3);
            assertThat(b.size()).isEqualTo(3);
            assertThat(b.height()).isEqualTo(CELLS);
            assertThat(b.weights()).isNull();
            for (int i = 0; i < 3; i++) {
                float record = b.standard()[i * CELLS * CELLS * CHANNELS];
                seen.add(record);
                assertPart(b.standard(), i, record);
                assertPart(b.reference(), i, 100 + record);
                assertPart(b.structure(), i, 200 + record);
                assertPart(b.landmark(), i, 300 + record);
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(0f, 1f, 2f, 3f, 4f);
    }

    @Test
    void allRecordsComeInOrder() {
        List<DiffusionBatch> all = batches(0).all(3);
        assertThat(all).extracting(DiffusionBatch::size).containsExactly(3, RECORDS - 3);
        int record = 0;
        for (DiffusionBatch b : all) {
            for (int i = 0; i < b.size(); i++) {
                assertThat(b.standard()[i * CELLS * CELLS * CHANNELS]).isEqualTo(record);
                assertThat(b.structure()[i * DIMENSION]).isEqualTo(200 + record++);
            }
        }
        assertThat(batches(0).inOrder(2, 2).standard()[0]).isEqualTo(2);
    }

    private static void assertPart(float[] all, int sample, float value) {
        int each = all.length / 3;
        assertThat(Arrays.copyOfRange(all, sample * each, (sample + 1) * each)).containsOnly(value);
    }

    @Test
    void aBatchIsAFunctionOfSeedAndStep() {
        DiffusionBatches first = batches(0.02);
        first.batch(1, 3, 4);
        DiffusionBatch again = batches(0.02).batch(1, 8, 4);
        assertThat(first.batch(1, 8, 4)).usingRecursiveComparison().isEqualTo(again);
        assertThat(first.batch(1, 9, 4).landmark()).isNotEqualTo(again.landmark());
        assertThat(first.batch(2, 8, 4).landmark()).isNotEqualTo(again.landmark());
    }

    /** Only landmarks are bent: a constant field is shifted by less than 4 · 0.3 of the deviation. */
    @Test
    void jitterIsForLandmarksAlone() {
        DiffusionBatch plain = batches(0).batch(1, 2, 3);
        DiffusionBatch bent = batches(0.02).batch(1, 2, 3);
        assertThat(bent.standard()[0]).isEqualTo(plain.standard()[0]);
        assertThat(bent.landmark()[0]).isNotEqualTo(300 + bent.standard()[0]);
        assertThat(bent.landmark()[0]).isCloseTo(300 + bent.standard()[0], within(0.03f));
    }
}
