package org.ragdiff.retrieval.condense;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ragdiff.core.StructureEntry;

/**
 * The entries that stand best for all: medoids in a space of embeddings beside reduced silhouette fields, each part
 * scaled so that both spread alike. Stateless.
 */
public final class Condensation {
    private static final int FIELD_SIDE = 16;

    /** Far from the outline distances say little. */
    private static final float FIELD_CLAMP = 0.15f;

    private Condensation() {}

    /**
     * @param entries of one encoder; not modified
     * @param share of entries to keep, in (0, 1]; at least one is kept
     * @param seed of the first choice; same seed, same entries
     * @return the kept ones, in the order in which they came
     * @throws IllegalArgumentException if there is no entry, or share is out of its range
     */
    public static List<StructureEntry> condense(List<StructureEntry> entries, double share, long seed) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("the share to keep must be in (0, 1], got " + share);
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("there is no entry to condense");
        }
        int k = Math.max(1, (int) Math.round(share * entries.size()));
        List<StructureEntry> kept = new ArrayList<>(k);
        for (int i : KMedoids.of(features(entries), k, seed).medoids()) {
            kept.add(entries.get(i));
        }
        return kept;
    }

    private static float[][] features(List<StructureEntry> entries) {
        float[][] embeddings = new float[entries.size()][];
        float[][] fields = new float[entries.size()][];
        for (int i = 0; i < embeddings.length; i++) {
            embeddings[i] = entries.get(i).embedding();
            fields[i] = entries.get(i).field().resize(FIELD_SIDE).toArray();
            for (int p = 0; p < fields[i].length; p++) {
                fields[i][p] = Math.max(-FIELD_CLAMP, Math.min(FIELD_CLAMP, fields[i][p]));
            }
        }
        double ofEmbeddings = 1 / spread(embeddings);
        double ofFields = 1 / spread(fields);
        float[][] joined = new float[embeddings.length][];
        for (int i = 0; i < joined.length; i++) {
            int d = embeddings[i].length;
            joined[i] = Arrays.copyOf(embeddings[i], d + fields[i].length);
            for (int j = 0; j < d; j++) {
                joined[i][j] *= ofEmbeddings;
            }
            for (int p = 0; p < fields[i].length; p++) {
                joined[i][d + p] = (float) (fields[i][p] * ofFields);
            }
        }
        return joined;
    }

    /** Root mean square distance to the mean; 1 where all are equal. */
    private static double spread(float[][] rows) {
        double squares = 0;
        for (int j = 0; j < rows[0].length; j++) {
            double mean = 0;
            for (float[] row : rows) {
                mean += row[j] / (double) rows.length;
            }
            for (float[] row : rows) {
                squares += (row[j] - mean) * (row[j] - mean);
            }
        }
        return squares == 0 ? 1 : Math.sqrt(squares / rows.length);
    }
}
