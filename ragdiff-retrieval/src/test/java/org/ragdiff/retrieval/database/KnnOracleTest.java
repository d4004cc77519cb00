package org.ragdiff.retrieval.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureExamples;

/** Nearest neighbours by cosine that scikit-learn finds. */
class KnnOracleTest {
    @Test
    void cosineNeighbours() throws Exception {
        JsonNode c = StreamSupport.stream(
                        new ObjectMapper()
                                .readTree(SharedFiles.require("oracles/03_lle_knn.json")
                                        .toFile())
                                .get("cases")
                                .spliterator(),
                        false)
                .filter(n -> n.get("id").asText().equals("knn.gen_cosine"))
                .findFirst()
                .orElseThrow();
        int k = c.get("input").get("K").asInt();
        List<StructureEntry> entries = new ArrayList<>();
        var field = StructureExamples.randomBox(new Random(1));
        for (int i = 0; i < 200; i++) {
            double[] p = new double[8];
            for (int d = 0; d < 8; d++) {
                p[d] = Math.sin(0.5 * i * (d + 1));
            }
            entries.add(new StructureEntry(String.valueOf(i), unit(p), field, GarmentAttributes.UNKNOWN, ""));
        }
        try (ExactDatabase db = new ExactDatabase(8, "encoder")) {
            db.upsert(entries);
            for (int q = 0; q < 2; q++) {
                double[] query = new double[8];
                for (int d = 0; d < 8; d++) {
                    query[d] = q == 0 ? Math.cos(0.3 * (d + 1)) : Math.sin(0.1 + d);
                }
                List<Neighbour> found = db.search(unit(query), k, e -> true);
                for (int i = 0; i < k; i++) {
                    JsonNode expected = c.get("expected");
                    assertThat(found.get(i).entry().id())
                            .isEqualTo(expected.get("indices").get(q).get(i).asText());
                    assertThat(1 - found.get(i).similarity())
                            .isEqualTo(expected.get("distances").get(q).get(i).asDouble(), within(2e-7));
                }
            }
        }
    }

    /** Zero stays zero. */
    private static float[] unit(double[] v) {
        double norm = 0;
        for (double x : v) {
            norm += x * x;
        }
        float[] out = new float[v.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = norm == 0 ? 0 : (float) (v[i] / Math.sqrt(norm));
        }
        return out;
    }
}
