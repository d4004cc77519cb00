package org.ragdiff.core;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Retrieval by structure alone where embeddings say more, see {@link StructureEncoder#structureDimension()}: a
 * garment's own entry is found by all of an embedding, but the landmark of a garment that is not in the database
 * comes from entries of its structure, whatever their colours. Stateless.
 */
public final class StructurePart {
    private StructurePart() {}

    /**
     * @param length numbers of the structure part, 1 to the embedding's length
     * @return the embedding itself if it has that length, else its first numbers, brought to unit length
     */
    public static float[] of(float[] embedding, int length) {
        if (length < 1 || length > embedding.length) {
            throw new IllegalArgumentException(
                    "the structure part must have 1 to " + embedding.length + " numbers, got " + length);
        }
        if (length == embedding.length) {
            return embedding;
        }
        float[] part = Arrays.copyOf(embedding, length);
        double norm = norm(part);
        for (int i = 0; i < length && norm > 0; i++) {
            part[i] = (float) (part[i] / norm);
        }
        return part;
    }

    /** The query with the structure part of its embedding. */
    public static StructureQuery of(StructureQuery query, int length) {
        return new StructureQuery(of(query.embedding(), length), query.field(), query.attributes());
    }

    /**
     * As {@link StructureDatabase#search} for the structure part of a whole query: entries come with the structure
     * part of their embeddings, and similarities are those of these parts.
     */
    public static List<Neighbour> search(
            StructureDatabase database, float[] query, int length, int k, Predicate<StructureEntry> filter) {
        float[] part = of(query, length);
        if (length == query.length) {
            return database.search(query, k, filter);
        }
        // Numbers of 0 leave the rest of the entries out of the inner products.
        return database.search(Arrays.copyOf(part, query.length), k, filter).stream()
                .map(n -> {
                    StructureEntry e = n.entry();
                    float[] own = of(e.embedding(), length);
                    double similarity = 0;
                    for (int i = 0; i < length; i++) {
                        similarity += (double) part[i] * own[i];
                    }
                    return new Neighbour(
                            new StructureEntry(e.id(), own, e.field(), e.attributes(), e.group()), (float) similarity);
                })
                .toList();
    }

    private static double norm(float[] v) {
        double sum = 0;
        for (float x : v) {
            sum += (double) x * x;
        }
        return Math.sqrt(sum);
    }
}
