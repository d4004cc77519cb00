package org.ragdiff.core;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Embeddings and silhouettes of standard garments. Readers may share one instance between threads;
 * one thread writes.
 */
public interface StructureDatabase extends AutoCloseable {
    /** Length of the embeddings. */
    int dimension();

    /** {@link StructureEncoder#fingerprint()} of the encoder that made the embeddings. */
    String encoderFingerprint();

    int count();

    /**
     * Adds entries or replaces those of the same id. Durable after {@link #commit()}.
     *
     * @throws IllegalArgumentException if an embedding has another length or is not finite
     */
    void upsert(Collection<StructureEntry> entries);

    /** True if there was such an entry. */
    boolean delete(String id);

    /** Makes all changes since the last commit durable, at once or not at all. */
    void commit();

    Optional<StructureEntry> get(String id);

    /** All entries, in a stable order. */
    Iterable<StructureEntry> entries();

    /**
     * The k entries of the largest inner product with the query among those that the filter accepts,
     * best first; fewer if there are fewer. Ties go to the entry added first.
     */
    List<Neighbour> search(float[] query, int k, Predicate<StructureEntry> filter);

    @Override
    void close();
}
