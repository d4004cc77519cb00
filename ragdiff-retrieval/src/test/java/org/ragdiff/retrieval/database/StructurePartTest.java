package org.ragdiff.retrieval.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructurePart;
import org.ragdiff.core.StructureQuery;

class StructurePartTest {
    private static final int STRUCTURE = 5;
    private static final int WHOLE = 8;

    /** Two unit vectors of length √½ side by side, as whole embeddings are. */
    private static float[] whole(SplittableRandom random) {
        float[] v = new float[WHOLE];
        fill(v, 0, STRUCTURE, random);
        fill(v, STRUCTURE, WHOLE, random);
        return v;
    }

    private static void fill(float[] v, int from, int to, SplittableRandom random) {
        double norm = 0;
        for (int i = from; i < to; i++) {
            v[i] = (float) random.nextGaussian();
            norm += v[i] * v[i];
        }
        for (int i = from; i < to; i++) {
            v[i] /= (float) Math.sqrt(2 * norm);
        }
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < STRUCTURE; i++) {
            sum += (double) a[i] * b[i];
        }
        // Both parts have length √½.
        return 2 * sum;
    }

    @Test
    void entriesAreRankedByTheirStructureAlone() {
        SplittableRandom random = new SplittableRandom(3);
        int side = StandardFrame.FIELD_SIDE;
        SignedDistanceField field = new SignedDistanceField(side, new float[side * side]);
        List<StructureEntry> entries = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            entries.add(new StructureEntry("e" + i, whole(random), field, GarmentAttributes.UNKNOWN, "g"));
        }
        float[] query = whole(random);
        try (ExactDatabase database = new ExactDatabase(WHOLE, "encoder")) {
            database.upsert(entries);
            List<Neighbour> found = StructurePart.search(database, query, STRUCTURE, 7, e -> !e.id().equals("e3"));
            List<String> expected = entries.stream()
                    .filter(e -> !e.id().equals("e3"))
                    .sorted(Comparator.comparingDouble(e -> -cosine(query, e.embedding())))
                    .limit(7)
                    .map(StructureEntry::id)
                    .toList();
            assertThat(found).extracting(n -> n.entry().id()).containsExactlyElementsOf(expected);
            for (Neighbour n : found) {
                StructureEntry own = database.get(n.entry().id()).orElseThrow();
                assertThat(n.similarity()).isCloseTo(cosine(query, own.embedding()), within(1e-6));
                assertThat(n.entry().embedding()).hasSize(STRUCTURE);
                assertThat(cosine(n.entry().embedding(), n.entry().embedding()) / 2)
                        .isCloseTo(1, within(1e-6));
            }
            // All of the embedding is a plain search.
            assertThat(StructurePart.search(database, query, WHOLE, 7, e -> true))
                    .isEqualTo(database.search(query, 7, e -> true));
        }
    }

    @Test
    void theQueryKeepsWhatElseItHas() {
        float[] e = whole(new SplittableRandom(1));
        StructureQuery query = new StructureQuery(e, Optional.empty(), GarmentAttributes.UNKNOWN);
        StructureQuery part = StructurePart.of(query, STRUCTURE);
        assertThat(part.embedding()).hasSize(STRUCTURE);
        assertThat(cosine(part.embedding(), e)).isCloseTo(Math.sqrt(2), within(1e-6));
        assertThat(StructurePart.of(query, WHOLE).embedding()).isSameAs(e);
        assertThatThrownBy(() -> StructurePart.of(query, WHOLE + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 8 numbers, got 9");
    }
}
