package org.ragdiff.retrieval.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.provenance.Provenance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database in one directory, in memory while open, searched exactly. {@link #commit()} replaces its
 * file at once or not at all. Entries are rounded as they come in (see {@link EntryCodec}), so answers
 * are the same before and after a restart. Any number of threads may read while one writes; one
 * process writes.
 */
public final class PersistentDatabase implements StructureDatabase, ThumbnailStore {
    /** The file in the directory. */
    public static final String FILE_NAME = "structures.ragdb";

    private static final Logger LOG = LoggerFactory.getLogger(PersistentDatabase.class);

    private final Path directory;
    private final ExactDatabase memory;
    private volatile boolean changed;

    private PersistentDatabase(Path directory, ExactDatabase memory) {
        this.directory = directory;
        this.memory = memory;
    }

    /** Whether the directory holds a database, readable or not. */
    public static boolean exists(Path directory) {
        return Files.exists(directory.resolve(FILE_NAME));
    }

    /**
     * An empty database; the directory is made, the file is written by the first commit, which
     * replaces a database that is there.
     *
     * @throws IOException if the directory cannot be made
     */
    public static PersistentDatabase create(Path directory, int dimension, String encoderFingerprint)
            throws IOException {
        ExactDatabase memory = new ExactDatabase(dimension, encoderFingerprint);
        Files.createDirectories(directory);
        PersistentDatabase db = new PersistentDatabase(directory, memory);
        db.changed = true;
        return db;
    }

    /**
     * Opens what a commit has written, whoever made it.
     *
     * @throws IOException if there is none or it cannot be read; the message says what to do
     */
    public static PersistentDatabase open(Path directory) throws IOException {
        DatabaseFile.Content content = DatabaseFile.read(directory.resolve(FILE_NAME));
        ExactDatabase memory = new ExactDatabase(content.dimension(), content.encoderFingerprint());
        memory.upsert(content.entries().stream().map(EntryCodec::round).toList());
        if (memory.count() != content.entries().size()) {
            throw new IOException("the structure database " + directory + " has entries of one id");
        }
        try {
            content.thumbnails().forEach(memory::putThumbnail);
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot read the structure database " + directory + ": " + e.getMessage(), e);
        }
        return new PersistentDatabase(directory, memory);
    }

    /**
     * Opens a database for an encoder.
     *
     * @throws IOException also if the database was made by another encoder
     */
    public static PersistentDatabase open(Path directory, String encoderFingerprint) throws IOException {
        PersistentDatabase db = open(directory);
        if (!db.encoderFingerprint().equals(encoderFingerprint)) {
            throw new IOException("the structure database " + directory + " was made by another encoder (it has "
                    + db.encoderFingerprint() + ", the encoder is " + encoderFingerprint
                    + "): rebuild it with `ragdiff index build`");
        }
        return db;
    }

    public Path directory() {
        return directory;
    }

    @Override
    public int dimension() {
        return memory.dimension();
    }

    @Override
    public String encoderFingerprint() {
        return memory.encoderFingerprint();
    }

    @Override
    public int count() {
        return memory.count();
    }

    /**
     * @throws IllegalArgumentException also if a field's side is above {@value EntryCodec#MAX_FIELD_SIDE}
     */
    @Override
    public void upsert(Collection<StructureEntry> entries) {
        for (StructureEntry e : entries) {
            Objects.requireNonNull(e, "entry");
            if (e.field().side() > EntryCodec.MAX_FIELD_SIDE) {
                throw new IllegalArgumentException("entry " + e.id() + " has a field of side "
                        + e.field().side() + ", at most " + EntryCodec.MAX_FIELD_SIDE + " are kept");
            }
        }
        memory.upsert(entries.stream().map(EntryCodec::round).toList());
        changed = true;
    }

    @Override
    public boolean delete(String id) {
        boolean deleted = memory.delete(id);
        changed |= deleted;
        return deleted;
    }

    /**
     * @throws UncheckedIOException if the file cannot be written; what was committed before is intact
     */
    @Override
    public void commit() {
        if (!changed) {
            return;
        }
        Path file = directory.resolve(FILE_NAME);
        try {
            DatabaseFile.write(
                    file, new DatabaseFile.Content(dimension(), encoderFingerprint(), memory.entries(), thumbnails()));
            changed = false;
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage() + " (the last commit is unchanged)", e);
        }
    }

    @Override
    public Optional<StructureEntry> get(String id) {
        return memory.get(id);
    }

    @Override
    public List<StructureEntry> entries() {
        return memory.entries();
    }

    @Override
    public List<Neighbour> search(float[] query, int k, Predicate<StructureEntry> filter) {
        return memory.search(query, k, filter);
    }

    @Override
    public StructureDatabase snapshot() {
        return memory.snapshot();
    }

    @Override
    public Optional<Provenance> provenance() {
        return memory.provenance();
    }

    @Override
    public void describe(Provenance provenance) {
        memory.describe(provenance);
    }

    private Map<String, byte[]> thumbnails() {
        Map<String, byte[]> all = new HashMap<>();
        for (StructureEntry e : memory.entries()) {
            memory.thumbnail(e.id()).ifPresent(t -> all.put(e.id(), t));
        }
        return all;
    }

    @Override
    public Optional<byte[]> thumbnail(String id) {
        return memory.thumbnail(id);
    }

    @Override
    public void putThumbnail(String id, byte[] image) {
        memory.putThumbnail(id, image);
        changed = true;
    }

    /** Changes that were not committed are given up. */
    @Override
    public void close() {
        if (changed && count() > 0) {
            LOG.warn("closing {} with changes that were not committed", directory);
        }
    }
}
