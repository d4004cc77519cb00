package org.ragdiff.retrieval.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureExamples;

/** Against faiss' flat index and a float64 brute force (inner product). */
class KnnFixtureTest {
    @Test
    void findsWhatFaissFinds() {
        FixtureTensors golden = FixtureTensors.resource(KnnFixtureTest.class, "/knn/knn.safetensors");
        SignedDistanceField field = StructureExamples.randomBox(new Random(1));
        List<StructureEntry> entries = new ArrayList<>();
        for (double[] row : golden.rows("in.base")) {
            entries.add(new StructureEntry(
                    String.valueOf(entries.size()), toFloat(row), field, GarmentAttributes.UNKNOWN, ""));
        }
        double[][] expected = golden.rows("out.ip.distance_f64");
        double[][] index = golden.rows("out.ip.index_f64");
        try (ExactDatabase db = new ExactDatabase(64, "encoder")) {
            db.upsert(entries);
            double[][] queries = golden.rows("in.query");
            for (int q = 0; q < queries.length; q++) {
                List<Neighbour> found = db.search(toFloat(queries[q]), expected[q].length, e -> true);
                for (int i = 0; i < found.size(); i++) {
                    assertThat(found.get(i).similarity()).isEqualTo(expected[q][i], within(1e-9 * 64));
                    assertThat(found.get(i).entry().id()).isEqualTo(String.valueOf((long) index[q][i]));
                }
            }
        }
    }

    private static float[] toFloat(double[] v) {
        float[] out = new float[v.length];
        for (int i = 0; i < v.length; i++) {
            out[i] = (float) v[i];
        }
        return out;
    }
}
