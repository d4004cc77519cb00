package org.ragdiff.retrieval.condense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureExamples;
import smile.clustering.CLARANS;

/** Medoids where the best are known by construction or enumeration, and beside Smile's. */
class CondensationTest {
    private static float[][] clouds(Random random, int centres, int each, double spread) {
        float[][] points = new float[centres * each][2];
        for (int i = 0; i < points.length; i++) {
            int c = i % centres;
            points[i][0] = (float) (10 * c + spread * random.nextGaussian());
            points[i][1] = (float) (10 * (c % 3) + spread * random.nextGaussian());
        }
        return points;
    }

    @Test
    void eachCloudGetsOneMedoid() {
        float[][] points = clouds(new Random(1), 6, 30, 0.5);
        int[] medoids = KMedoids.of(points, 6, 1).medoids();
        assertThat(Arrays.stream(medoids).map(i -> i % 6).boxed()).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
        assertThat(medoids).isSorted();
    }

    @Test
    void oneMedoidIsThePointOfLeastSum() {
        float[][] points = clouds(new Random(2), 3, 20, 3);
        int best = -1;
        double least = Double.MAX_VALUE;
        for (int c = 0; c < points.length; c++) {
            double sum = 0;
            for (float[] p : points) {
                sum += Math.pow(p[0] - points[c][0], 2) + Math.pow(p[1] - points[c][1], 2);
            }
            if (sum < least) {
                least = sum;
                best = c;
            }
        }
        KMedoids.Clustering got = KMedoids.of(points, 1, 5);
        assertThat(got.medoids()).containsExactly(best);
        assertThat(got.cost()).isEqualTo(least, within(1e-3));
    }

    @Test
    void costIsNearThatOfSmilesClarans() {
        float[][] points = clouds(new Random(3), 12, 25, 2.5);
        Integer[] all = new Integer[points.length];
        Arrays.setAll(all, i -> i);
        smile.math.MathEx.setSeed(7);
        CLARANS<Integer> clarans = CLARANS.fit(all, (i, j) -> KMedoids.distance(points[i], points[j]), 12, 280);
        double ours = KMedoids.of(points, 12, 1).cost();
        assertThat(ours).isLessThan(1.05 * clarans.distortion);
    }

    @Test
    void allPointsAndDuplicates() {
        float[][] points = clouds(new Random(4), 4, 5, 1);
        assertThat(KMedoids.of(points, 20, 1).medoids()).hasSize(20).doesNotHaveDuplicates();
        float[][] equal = new float[8][3];
        assertThat(KMedoids.of(equal, 3, 1).medoids()).hasSize(3).doesNotHaveDuplicates();
        assertThatThrownBy(() -> KMedoids.of(equal, 9, 1)).hasMessageContaining("from 1 to 8 points, got 9");
    }

    @Test
    void sameSeedSameEntriesInTheirOrder() {
        List<StructureEntry> entries = StructureExamples.entries(60, 16, 3);
        List<StructureEntry> kept = Condensation.condense(entries, 0.2, 9);
        assertThat(kept).hasSize(12).isSubsetOf(entries);
        assertThat(Condensation.condense(entries, 0.2, 9)).isEqualTo(kept);
        assertThat(kept.stream().map(entries::indexOf).toList()).isSorted();
        assertThat(Condensation.condense(entries, 1, 9)).isEqualTo(entries);
        assertThat(Condensation.condense(entries, 1e-9, 9)).hasSize(1);
        assertThatThrownBy(() -> Condensation.condense(entries, 0, 9)).hasMessageContaining("(0, 1], got 0.0");
        assertThatThrownBy(() -> Condensation.condense(List.of(), 0.5, 9)).hasMessageContaining("no entry");
    }

    /** Five shapes, each many times with slightly different embeddings: one of each shape is kept. */
    @Test
    void everyShapeIsRepresented() {
        Random random = new Random(6);
        List<StructureEntry> shapes = StructureExamples.entries(5, 16, 8);
        List<StructureEntry> entries = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            StructureEntry s = shapes.get(i % 5);
            float[] e = s.embedding().clone();
            e[i % 16] += 0.01f * (float) random.nextGaussian();
            entries.add(new StructureEntry("copy " + i, e, s.field(), GarmentAttributes.UNKNOWN, ""));
        }
        Set<Object> fields = new HashSet<>();
        Condensation.condense(entries, 0.05, 1).forEach(e -> fields.add(e.field()));
        assertThat(fields).hasSize(5);
    }
}
