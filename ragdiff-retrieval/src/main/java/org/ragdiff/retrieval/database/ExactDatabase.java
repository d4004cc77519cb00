package org.ragdiff.retrieval.database;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;

/**
 * A database in memory with exact inner-product search. Any number of threads may read while one
 * writes: readers see the entries before or after a change, never half of it. Nothing is kept beyond
 * the process; {@link PersistentDatabase} is for that.
 */
public final class ExactDatabase implements StructureDatabase, ThumbnailStore {
    static final int MAX_DIMENSION = 1 << 16;

    private final int dimension;
    private final String encoderFingerprint;
    private final UnaryOperator<StructureEntry> rounding;
    private final Map<String, byte[]> thumbnails = new ConcurrentHashMap<>();
    private volatile DatabaseSnapshot snapshot;

    public ExactDatabase(int dimension, String encoderFingerprint) {
        this(dimension, encoderFingerprint, UnaryOperator.identity());
    }

    /**
     * @param rounding applied to each entry that comes in, so that memory holds what a file would
     */
    ExactDatabase(int dimension, String encoderFingerprint, UnaryOperator<StructureEntry> rounding) {
        if (dimension < 1 || dimension > MAX_DIMENSION) {
            throw new IllegalArgumentException("dimension must be in [1, " + MAX_DIMENSION + "], got " + dimension);
        }
        this.dimension = dimension;
        this.encoderFingerprint = Objects.requireNonNull(encoderFingerprint, "encoderFingerprint");
        this.rounding = rounding;
        this.snapshot = new DatabaseSnapshot(dimension, List.of());
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public String encoderFingerprint() {
        return encoderFingerprint;
    }

    @Override
    public int count() {
        return snapshot.entries().size();
    }

    @Override
    public void upsert(Collection<StructureEntry> entries) {
        for (StructureEntry e : entries) {
            check("embedding of entry " + e.id(), e.embedding());
        }
        List<StructureEntry> rounded = entries.stream().map(rounding).toList();
        snapshot = snapshot.with(rounded);
    }

    @Override
    public boolean delete(String id) {
        if (snapshot.get(id) == null) {
            return false;
        }
        snapshot = snapshot.without(id);
        thumbnails.remove(id);
        return true;
    }

    /** Nothing to do: this database lives in memory. */
    @Override
    public void commit() {}

    @Override
    public Optional<StructureEntry> get(String id) {
        return Optional.ofNullable(snapshot.get(id));
    }

    @Override
    public List<StructureEntry> entries() {
        return snapshot.entries();
    }

    /**
     * @throws IllegalStateException if the database is empty
     * @throws IllegalArgumentException if the query's length differs or is not finite, or k is below 1
     */
    @Override
    public List<Neighbour> search(float[] query, int k, Predicate<StructureEntry> filter) {
        DatabaseSnapshot now = snapshot;
        check("query", query);
        if (k < 1) {
            throw new IllegalArgumentException("k must be at least 1, got " + k);
        }
        if (now.entries().isEmpty()) {
            throw new IllegalStateException(
                    "the structure database is empty: add standard garments with `ragdiff index build`");
        }
        return now.search(query, k, filter);
    }

    @Override
    public Optional<byte[]> thumbnail(String id) {
        return Optional.ofNullable(thumbnails.get(id)).map(byte[]::clone);
    }

    @Override
    public void putThumbnail(String id, byte[] image) {
        if (snapshot.get(id) == null) {
            throw new IllegalArgumentException("no entry " + id + " to keep a thumbnail for: upsert it first");
        }
        if (image.length > MAX_BYTES) {
            throw new IllegalArgumentException("thumbnail of " + id + " has " + image.length + " bytes, at most "
                    + MAX_BYTES + " are kept: make it smaller");
        }
        boolean jpeg = image.length > 3 && (image[0] & 0xff) == 0xff && (image[1] & 0xff) == 0xd8;
        boolean png = image.length > 8 && (image[0] & 0xff) == 0x89 && image[1] == 'P' && image[2] == 'N';
        if (!jpeg && !png) {
            throw new IllegalArgumentException("thumbnail of " + id + " is neither JPEG nor PNG");
        }
        thumbnails.put(id, image.clone());
    }

    @Override
    public void close() {}

    /** All thumbnails; the arrays are not copied. */
    Map<String, byte[]> thumbnails() {
        return new HashMap<>(thumbnails);
    }

    private void check(String what, float[] v) {
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
