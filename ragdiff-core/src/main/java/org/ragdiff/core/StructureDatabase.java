package org.ragdiff.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.ragdiff.core.provenance.Provenance;

/**
 * Embeddings and silhouettes of standard garments. Readers may share one instance between threads;
 * one thread writes. A change is seen by the reads that follow it, whole, and lasts once it is
 * committed.
 */
public interface StructureDatabase extends AutoCloseable {
    /** Length of the embeddings. */
    int dimension();

    /** {@link StructureEncoder#fingerprint()} of the encoder that made the embeddings. */
    String encoderFingerprint();

    int count();

    /**
     * Adds entries or replaces those of the same id, which keep their place in the order; of several
     * of one id the last counts. Durable after {@link #commit()}.
     *
     * @throws IllegalArgumentException if an embedding has another length or is not finite; nothing
     *     is changed then
     */
    void upsert(Collection<StructureEntry> entries);

    /**
     * As {@link #upsert} for entries that must be new.
     *
     * @throws IllegalArgumentException also if an id is there already, or twice among the entries
     */
    default void add(Collection<StructureEntry> entries) {
        Set<String> ids = new HashSet<>();
        for (StructureEntry e : entries) {
            if (!ids.add(e.id()) || get(e.id()).isPresent()) {
                throw alreadyThere(e.id());
            }
        }
        upsert(entries);
    }

    /** What {@link #add} throws. */
    static IllegalArgumentException alreadyThere(String id) {
        return new IllegalArgumentException(
                "entry " + id + " is in the database already: upsert it to replace it, or give it another id");
    }

    /** True if there was such an entry. */
    boolean delete(String id);

    /** Makes all changes since the last commit durable, at once or not at all. */
    void commit();

    Optional<StructureEntry> get(String id);

    /** All entries at the moment of the call, in the order in which they were added. */
    Iterable<StructureEntry> entries();

    /**
     * The k entries of the largest inner product with the query among those that the filter accepts,
     * best first; fewer if there are fewer. Ties go to the entry added first. A database that
     * searches approximately says so and how well it does.
     *
     * @param query not modified
     * @param filter an {@link EntryFilter} where it can be one: databases look that up in an index,
     *     other predicates see one entry after another
     * @throws IllegalStateException if the database is empty
     * @throws IllegalArgumentException if the query's length differs or is not finite, or k is below 1
     */
    List<Neighbour> search(float[] query, int k, Predicate<StructureEntry> filter);

    /** {@link #search} for each query, over the same entries. */
    default List<List<Neighbour>> searchAll(List<float[]> queries, int k, Predicate<StructureEntry> filter) {
        try (StructureDatabase now = snapshot()) {
            List<List<Neighbour>> out = new ArrayList<>();
            for (float[] query : queries) {
                out.add(now.search(query, k, filter));
            }
            return out;
        }
    }

    /**
     * The entries at this moment, whatever is changed later; closed by the caller, before this. Its
     * methods that write throw {@link UnsupportedOperationException}.
     */
    StructureDatabase snapshot();

    /** How the entries came about, if that was told. */
    Optional<Provenance> provenance();

    /** Keeps a record of how the entries came about, in place of an earlier one; durable after {@link #commit()}. */
    void describe(Provenance provenance);

    @Override
    void close();
}
