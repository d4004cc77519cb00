package org.ragdiff.core;

import java.util.Collection;

/**
 * Checks of what comes into a {@link StructureDatabase} or is asked of it, with messages for users; for
 * implementations. Stateless.
 */
public final class EmbeddingCheck {
    private EmbeddingCheck() {}

    /** @throws IllegalArgumentException if an embedding has another length or is not finite */
    public static void entries(Collection<StructureEntry> entries, int dimension) {
        for (StructureEntry e : entries) {
            vector("embedding of entry " + e.id(), e.embedding(), dimension);
        }
    }

    /**
     * @throws IllegalArgumentException if the query's length differs or is not finite, or k is below 1
     * @throws IllegalStateException if there is nothing to search
     */
    public static void query(float[] query, int k, int dimension, int count) {
        vector("query", query, dimension);
        if (k < 1) {
            throw new IllegalArgumentException("k must be at least 1, got " + k);
        }
        if (count == 0) {
            throw new IllegalStateException(
                    "the structure database is empty: add standard garments with `ragdiff index build`");
        }
    }

    private static void vector(String what, float[] v, int dimension) {
        if (v.length != dimension) {
            throw new IllegalArgumentException(
                    what + " has length " + v.length + ", the database has dimension " + dimension);
        }
        for (int i = 0; i < v.length; i++) {
            if (!Float.isFinite(v[i])) {
                throw new IllegalArgumentException(what + " has " + v[i] + " at " + i + ", expected finite values");
            }
        }
    }
}
