package org.ragdiff.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureExamples;
import org.ragdiff.retrieval.database.ExactDatabase;

class RecallMeasureTest {
    private static final int DIMENSION = 6;

    @Test
    void ranksAreThoseOfANaturalRanking() {
        List<StructureEntry> entries = StructureExamples.entries(20, DIMENSION, 3);
        try (ExactDatabase database = new ExactDatabase(DIMENSION, "fake")) {
            database.upsert(entries);
            RecallMeasure recall = new RecallMeasure(database);
            Random random = new Random(4);
            List<float[]> photos = new ArrayList<>();
            List<float[]> standards = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                photos.add(StructureExamples.unitVector(random, DIMENSION));
                standards.add(StructureExamples.unitVector(random, DIMENSION));
                recall.add("own-" + i, photos.get(i), standards.get(i));
            }
            assertThat(recall.gallerySize()).isEqualTo(27);
            int[] ranks = recall.ranks();
            for (int i = 0; i < ranks.length; i++) {
                double[] distance = new double[27];
                for (int j = 0; j < 27; j++) {
                    float[] other =
                            j < 7 ? standards.get(j) : entries.get(j - 7).embedding();
                    distance[j] = -dot(photos.get(i), other);
                }
                double[] expected = new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.MAXIMUM).rank(distance);
                assertThat(ranks[i]).isEqualTo((int) expected[i]);
            }
        }
    }

    @Test
    void anEntryOfTheSameIdIsReplacedAndTiesCountAsNearer() {
        List<StructureEntry> entries = StructureExamples.entries(3, DIMENSION, 3);
        try (ExactDatabase database = new ExactDatabase(DIMENSION, "fake")) {
            database.upsert(entries);
            float[] same = entries.get(0).embedding();
            RecallMeasure own = new RecallMeasure(database);
            own.add(entries.get(0).id(), same, same);
            assertThat(own.gallerySize()).isEqualTo(3);
            assertThat(own.ranks()).containsExactly(1);
            RecallMeasure tied = new RecallMeasure(database);
            tied.add("another", same, same);
            assertThat(tied.ranks()).containsExactly(2);
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
