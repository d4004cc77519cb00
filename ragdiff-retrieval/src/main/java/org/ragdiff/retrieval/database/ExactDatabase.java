package org.ragdiff.retrieval.database;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.ragdiff.core.EmbeddingCheck;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.provenance.Provenance;

/**
 * A database in memory with exact inner-product search: the truth that others are measured against. Any
 * number of threads may read while one writes: readers see the entries before or after a change, never
 * half of it. Nothing is kept beyond the process; {@link LuceneDatabase} is for that.
 */
public final class ExactDatabase implements StructureDatabase, ThumbnailStore {
    static final int MAX_DIMENSION = 1 << 16;

    private final int dimension;
    private final String encoderFingerprint;
    private final boolean readOnly;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    /** Of each row of the blocks; null where it was deleted. */
    private List<StructureEntry> entries = new ArrayList<>();

    private EmbeddingBlocks blocks;
    private Map<String, Integer> rows = new HashMap<>();
    private Map<String, byte[]> thumbnails = new HashMap<>();
    private Provenance provenance;

    public ExactDatabase(int dimension, String encoderFingerprint) {
        if (dimension < 1 || dimension > MAX_DIMENSION) {
            throw new IllegalArgumentException("dimension must be in [1, " + MAX_DIMENSION + "], got " + dimension);
        }
        this.dimension = dimension;
        this.encoderFingerprint = Objects.requireNonNull(encoderFingerprint, "encoderFingerprint");
        this.readOnly = false;
        this.blocks = new EmbeddingBlocks(dimension);
    }

    private ExactDatabase(ExactDatabase other) {
        this.dimension = other.dimension;
        this.encoderFingerprint = other.encoderFingerprint;
        this.readOnly = true;
        this.entries = new ArrayList<>(other.entries);
        this.blocks = other.blocks.copy();
        this.rows = new HashMap<>(other.rows);
        this.thumbnails = new HashMap<>(other.thumbnails);
        this.provenance = other.provenance;
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
        return reading(rows::size);
    }

    @Override
    public void upsert(Collection<StructureEntry> changes) {
        EmbeddingCheck.entries(changes, dimension);
        writing(() -> {
            for (StructureEntry e : changes) {
                Integer row = rows.get(e.id());
                if (row == null) {
                    rows.put(e.id(), entries.size());
                    entries.add(e);
                    blocks.add(e.embedding());
                } else {
                    entries.set(row, e);
                    blocks.set(row, e.embedding());
                }
            }
            return null;
        });
    }

    @Override
    public boolean delete(String id) {
        return writing(() -> {
            Integer row = rows.remove(id);
            if (row == null) {
                return false;
            }
            entries.set(row, null);
            thumbnails.remove(id);
            int gone = entries.size() - rows.size();
            if (gone > 64 && gone > entries.size() / 4) {
                compact();
            }
            return true;
        });
    }

    private void compact() {
        List<StructureEntry> left = present();
        entries = new ArrayList<>(left);
        blocks = new EmbeddingBlocks(dimension);
        rows = new HashMap<>(2 * left.size());
        for (StructureEntry e : left) {
            rows.put(e.id(), rows.size());
            blocks.add(e.embedding());
        }
    }

    /** Nothing to do: this database lives in memory. */
    @Override
    public void commit() {
        writing(() -> null);
    }

    @Override
    public Optional<StructureEntry> get(String id) {
        return reading(() -> Optional.ofNullable(rows.get(id)).map(entries::get));
    }

    @Override
    public List<StructureEntry> entries() {
        return reading(this::present);
    }

    private List<StructureEntry> present() {
        return entries.stream().filter(Objects::nonNull).toList();
    }

    /** Exact. */
    @Override
    public List<Neighbour> search(float[] query, int k, Predicate<StructureEntry> filter) {
        return searchAll(List.of(query), k, filter).get(0);
    }

    /** Exact; faster than one query after another. */
    @Override
    public List<List<Neighbour>> searchAll(List<float[]> queries, int k, Predicate<StructureEntry> filter) {
        if (queries.isEmpty()) {
            return List.of();
        }
        return reading(() -> {
            for (float[] query : queries) {
                EmbeddingCheck.query(query, k, dimension, rows.size());
            }
            return ExactSearch.search(blocks, entries, queries, k, filter);
        });
    }

    @Override
    public StructureDatabase snapshot() {
        // Blocks are marked as shared.
        return locked(lock.writeLock(), () -> new ExactDatabase(this));
    }

    @Override
    public Optional<Provenance> provenance() {
        return reading(() -> Optional.ofNullable(provenance));
    }

    @Override
    public void describe(Provenance made) {
        writing(() -> provenance = Objects.requireNonNull(made, "provenance"));
    }

    @Override
    public Optional<byte[]> thumbnail(String id) {
        return reading(() -> Optional.ofNullable(thumbnails.get(id)).map(byte[]::clone));
    }

    @Override
    public void putThumbnail(String id, byte[] image) {
        ThumbnailStore.check(id, image);
        writing(() -> {
            if (!rows.containsKey(id)) {
                throw ThumbnailStore.noEntry(id);
            }
            return thumbnails.put(id, image.clone());
        });
    }

    @Override
    public void close() {}

    private <T> T reading(Supplier<T> read) {
        return locked(lock.readLock(), read);
    }

    private <T> T writing(Supplier<T> change) {
        if (readOnly) {
            throw new UnsupportedOperationException("a snapshot of a structure database is not written to");
        }
        return locked(lock.writeLock(), change);
    }

    private static <T> T locked(Lock held, Supplier<T> work) {
        held.lock();
        try {
            return work.get();
        } finally {
            held.unlock();
        }
    }
}
