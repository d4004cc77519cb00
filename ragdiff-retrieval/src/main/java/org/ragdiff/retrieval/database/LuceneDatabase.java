package org.ragdiff.retrieval.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.ragdiff.core.EmbeddingCheck;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.io.EntryCodec;
import org.ragdiff.core.provenance.Provenance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database in one directory, a Lucene index: embeddings with a graph over them, attributes for filters,
 * fields and thumbnails. A commit replaces the last one at once or not at all, whatever ends the process;
 * opening reads every byte and compares checksums. One process writes, any number read the last commit
 * that they have opened. Within a process any number of threads may read while one writes.
 *
 * <p>Up to {@link LuceneOptions#exactUpTo} entries a search is exact; beyond, it follows the graph, and
 * the similarities it gives are exact, but a neighbour may be missing (figures: docs/benchmarks).
 * Embeddings are kept as they are, at most 1024 numbers; fields are rounded to 2⁻¹⁰ of the frame.
 */
public final class LuceneDatabase implements StructureDatabase, ThumbnailStore {
    private static final Logger LOG = LoggerFactory.getLogger(LuceneDatabase.class);
    private static final Cleaner CLEANER = Cleaner.create();

    private final Path path;
    private final LuceneOptions options;
    /** Null in a snapshot, which leaves the directory to its database. */
    private final Directory directory;
    /** Null where only reading is possible. */
    private final LuceneWriter writer;

    private LuceneMeta meta;
    private LuceneView view;
    private boolean closed;

    private LuceneDatabase(
            Path path,
            LuceneOptions options,
            Directory directory,
            LuceneWriter writer,
            LuceneMeta meta,
            LuceneView view) {
        this.path = path;
        this.options = options;
        this.directory = directory;
        this.writer = writer;
        this.meta = meta;
        this.view = view;
    }

    /** Whether the directory holds a database, readable or not. */
    public static boolean exists(Path directory) {
        return LuceneDirectories.holdsDatabase(directory);
    }

    /** {@link #create(Path, int, String, LuceneOptions)} with default options. */
    public static LuceneDatabase create(Path directory, int dimension, String encoderFingerprint) throws IOException {
        return create(directory, dimension, encoderFingerprint, LuceneOptions.defaults());
    }

    /**
     * An empty database to write to; the directory is made. The first commit replaces a database that is
     * there.
     *
     * @param dimension 1 to 1024
     * @throws IOException if the directory cannot be made or another process writes to it
     */
    public static LuceneDatabase create(Path directory, int dimension, String encoderFingerprint, LuceneOptions options)
            throws IOException {
        Objects.requireNonNull(encoderFingerprint, "encoderFingerprint");
        if (dimension < 1 || dimension > LuceneMeta.MAX_DIMENSION) {
            throw new IllegalArgumentException(
                    "dimension must be in [1, " + LuceneMeta.MAX_DIMENSION + "], got " + dimension);
        }
        if (options.quantisation() == LuceneOptions.Quantisation.INT4 && dimension % 2 != 0) {
            throw new IllegalArgumentException(
                    "quantisation INT4 needs an even dimension, got " + dimension + ": choose INT7 or NONE");
        }
        Files.createDirectories(directory);
        return writing(directory, options, new LuceneMeta(dimension, encoderFingerprint, 0, Optional.empty()), true);
    }

    /** {@link #open(Path, LuceneOptions)} with default options. */
    public static LuceneDatabase open(Path directory) throws IOException {
        return open(directory, LuceneOptions.defaults());
    }

    /**
     * Opens the last commit for reading, whoever made it.
     *
     * @throws IOException if there is none, or it is damaged or of another version; the message says what
     *     to do
     */
    public static LuceneDatabase open(Path directory, LuceneOptions options) throws IOException {
        LuceneDirectories.requireDatabase(directory);
        Directory files = FSDirectory.open(directory);
        try {
            DirectoryReader reader = LuceneDirectories.openWhole(directory, files);
            LuceneMeta meta = LuceneMeta.fromCommitData(reader.getIndexCommit().getUserData());
            return new LuceneDatabase(directory, options, files, null, meta, new LuceneView(reader));
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /**
     * {@link #open(Path)} for an encoder.
     *
     * @throws IOException also if the database was made by another encoder
     */
    public static LuceneDatabase open(Path directory, String encoderFingerprint) throws IOException {
        return open(directory).require(encoderFingerprint);
    }

    private LuceneDatabase require(String encoder) throws IOException {
        if (!encoderFingerprint().equals(encoder)) {
            close();
            throw new IOException("the structure database " + path + " was made by another encoder (it has "
                    + encoderFingerprint() + ", the encoder is " + encoder
                    + "): rebuild it with `ragdiff index build`");
        }
        return this;
    }

    /**
     * Opens the last commit for reading and writing.
     *
     * @throws IOException also if another process writes to it
     */
    public static LuceneDatabase openForWriting(Path directory) throws IOException {
        return openForWriting(directory, LuceneOptions.defaults());
    }

    /**
     * {@link #openForWriting(Path)} for an encoder.
     *
     * @throws IOException also if the database was made by another encoder
     */
    public static LuceneDatabase openForWriting(Path directory, String encoderFingerprint) throws IOException {
        return openForWriting(directory).require(encoderFingerprint);
    }

    /** As {@link #openForWriting(Path)}. */
    public static LuceneDatabase openForWriting(Path directory, LuceneOptions options) throws IOException {
        LuceneMeta meta;
        try (LuceneDatabase there = open(directory, options)) {
            meta = there.meta;
        }
        return writing(directory, options, meta, false);
    }

    private static LuceneDatabase writing(Path path, LuceneOptions options, LuceneMeta meta, boolean create)
            throws IOException {
        Directory files = FSDirectory.open(path);
        try {
            LuceneWriter writer = new LuceneWriter(path, files, meta, options, create);
            return new LuceneDatabase(path, options, files, writer, meta, null);
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    public Path directory() {
        return path;
    }

    @Override
    public int dimension() {
        return meta.dimension();
    }

    @Override
    public String encoderFingerprint() {
        return meta.encoderFingerprint();
    }

    @Override
    public int count() {
        return reading(LuceneView::count);
    }

    /** Bytes of the files in the directory. */
    public long size() throws IOException {
        return LuceneDirectories.size(path);
    }

    /**
     * @throws IllegalArgumentException also if a field's side is above {@value EntryCodec#MAX_FIELD_SIDE} or
     *     a group has more than 512 characters
     */
    @Override
    public void upsert(Collection<StructureEntry> entries) {
        EmbeddingCheck.entries(entries, dimension());
        entries.forEach(EntryCodec::requireEncodable);
        writing(w -> {
            w.upsert(entries);
            return null;
        });
    }

    @Override
    public void add(Collection<StructureEntry> entries) {
        Set<String> ids = new HashSet<>();
        writing(w -> {
            for (StructureEntry e : entries) {
                if (!ids.add(e.id()) || w.contains(e.id())) {
                    throw StructureDatabase.alreadyThere(e.id());
                }
            }
            return null;
        });
        upsert(entries);
    }

    @Override
    public boolean delete(String id) {
        return writing(w -> w.delete(id));
    }

    /**
     * @throws UncheckedIOException if the files cannot be written; what was committed before is intact
     */
    @Override
    public void commit() {
        writing(w -> {
            if (w.changed()) {
                w.commit();
            }
            return null;
        });
    }

    /** Makes one part of all; worth it after many entries were added, for smaller and faster searches. */
    public void compact() {
        writing(w -> {
            w.compact();
            return null;
        });
    }

    /**
     * In a database that was opened for reading, goes on to the last commit.
     *
     * @return whether there was a newer one
     * @throws IOException if it is damaged
     */
    public synchronized boolean refresh() throws IOException {
        requireOpen();
        if (writer != null || directory == null) {
            return false;
        }
        DirectoryReader next = DirectoryReader.openIfChanged(view.reader());
        if (next == null) {
            return false;
        }
        try {
            LuceneDirectories.verify(next);
            meta = LuceneMeta.fromCommitData(next.getIndexCommit().getUserData());
        } catch (IOException | RuntimeException e) {
            next.close();
            throw LuceneDirectories.damaged(path, e);
        }
        view.reader().decRef();
        view = new LuceneView(next);
        return true;
    }

    @Override
    public Optional<StructureEntry> get(String id) {
        return reading(v -> v.get(id));
    }

    /** Read from the disk one after another; usable until this is closed. */
    @Override
    public Iterable<StructureEntry> entries() {
        LuceneView now = acquire();
        try {
            return new Entries(now, now.ordered());
        } catch (IOException e) {
            throw new UncheckedIOException(LuceneDirectories.damaged(path, e));
        }
    }

    /** The entries of a view, which stays open as long as they are reachable. */
    private final class Entries implements Iterable<StructureEntry> {
        private final LuceneView from;
        private final long[] order;

        Entries(LuceneView from, long[] order) {
            this.from = from;
            this.order = order;
            IndexReader reader = from.reader();
            CLEANER.register(this, () -> release(reader));
        }

        @Override
        public Iterator<StructureEntry> iterator() {
            return LongStream.of(order).mapToObj(this::entry).iterator();
        }

        private StructureEntry entry(long key) {
            try {
                return from.entry(LuceneView.document(key));
            } catch (IOException e) {
                throw new UncheckedIOException(LuceneDirectories.damaged(path, e));
            }
        }
    }

    @Override
    public List<Neighbour> search(float[] query, int k, Predicate<StructureEntry> filter) {
        return reading(v -> {
            EmbeddingCheck.query(query, k, dimension(), v.count());
            return LuceneSearch.search(v, options, query, k, filter);
        });
    }

    @Override
    public StructureDatabase snapshot() {
        synchronized (this) {
            return new LuceneDatabase(path, options, null, null, writer == null ? meta : writer.meta(), acquire());
        }
    }

    @Override
    public synchronized Optional<Provenance> provenance() {
        return (writer == null ? meta : writer.meta()).provenance();
    }

    @Override
    public void describe(Provenance provenance) {
        Objects.requireNonNull(provenance, "provenance");
        writing(w -> {
            w.describe(provenance);
            return null;
        });
    }

    @Override
    public Optional<byte[]> thumbnail(String id) {
        return reading(v -> {
            int doc = v.find(id);
            byte[] bytes = doc < 0 ? new byte[0] : v.thumbnail(doc);
            return bytes.length == 0 ? Optional.empty() : Optional.of(bytes);
        });
    }

    @Override
    public void putThumbnail(String id, byte[] image) {
        ThumbnailStore.check(id, image);
        writing(w -> {
            w.putThumbnail(id, image);
            return null;
        });
    }

    /** Changes that were not committed are given up. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (writer != null) {
                if (writer.changed() && writer.meta().next() > 0) {
                    LOG.warn("closing {} with changes that were not committed", path);
                }
                writer.close();
            } else {
                view.reader().decRef();
            }
            if (directory != null) {
                directory.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the structure database " + path, e);
        }
    }

    /** Work that the disk may fail. */
    @FunctionalInterface
    private interface Work<A, T> {
        T on(A argument) throws IOException;
    }

    private synchronized <T> T writing(Work<LuceneWriter, T> work) {
        requireOpen();
        if (writer == null) {
            throw new UnsupportedOperationException(
                    "the structure database " + path + " was opened for reading: open it for writing to change it");
        }
        try {
            return work.on(writer);
        } catch (IOException e) {
            throw cannotWrite(e);
        } catch (AlreadyClosedException e) {
            throw cannotWrite(new IOException("an earlier failure ended it", e));
        }
    }

    private UncheckedIOException cannotWrite(IOException e) {
        return new UncheckedIOException(
                "cannot write the structure database " + path + ": " + e.getMessage()
                        + " (the last commit is unchanged)",
                e);
    }

    private <T> T reading(Work<LuceneView, T> work) {
        LuceneView now = acquire();
        try {
            return work.on(now);
        } catch (IOException e) {
            throw new UncheckedIOException(LuceneDirectories.damaged(path, e));
        } finally {
            release(now.reader());
        }
    }

    /** The entries of now, with a reference that the caller gives back. */
    private synchronized LuceneView acquire() {
        requireOpen();
        try {
            LuceneView now = writer == null ? view : writer.view();
            now.reader().incRef();
            return now;
        } catch (IOException e) {
            throw cannotWrite(e);
        } catch (AlreadyClosedException e) {
            throw cannotWrite(new IOException("an earlier failure ended it", e));
        }
    }

    private static void release(IndexReader reader) {
        try {
            reader.decRef();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the structure database " + path + " is closed");
        }
    }
}
