package org.ragdiff.retrieval.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.LockObtainFailedException;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.io.EntryCodec;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.retrieval.database.LuceneFields.Row;

/**
 * The one writer of a directory. Entries are gathered in memory, go to Lucene when they are many or
 * somebody reads, and to the disk with a commit. Not thread-safe: its owner locks.
 */
final class LuceneWriter implements AutoCloseable {
    /** Bytes of entries that are gathered before Lucene gets them. */
    private static final long GATHERED = 64L << 20;

    /** Parts up to this size are one file each. */
    private static final double ONE_FILE_MB = 64;

    private final IndexWriter writer;
    private final WriterNote note;
    private final ExecutorService mergers;
    private final Map<String, Row> gathered = new LinkedHashMap<>();
    /** Entries that Lucene has and the view has not. */
    private final Set<String> indexed = new HashSet<>();
    /** Entries that the view still has. */
    private final Set<String> deleted = new HashSet<>();

    private long gatheredBytes;
    private LuceneMeta meta;
    private LuceneView view;
    private boolean unseen;
    private boolean changed;

    /**
     * @param create whether the first commit replaces what is there
     * @throws IOException with a message for users if another writer has the directory
     */
    LuceneWriter(Path path, Directory directory, LuceneMeta meta, LuceneOptions options, boolean create)
            throws IOException {
        this.meta = meta;
        this.changed = create;
        this.mergers = options.threads() == 1
                ? null
                : Executors.newFixedThreadPool(options.threads(), work -> {
                    Thread t = new Thread(work, "structure database merge");
                    t.setDaemon(true);
                    return t;
                });
        IndexWriter opened = null;
        try {
            opened = new IndexWriter(directory, config(options, create));
            this.writer = opened;
            this.note = WriterNote.leave(path);
            this.view = new LuceneView(DirectoryReader.open(writer));
        } catch (LockObtainFailedException e) {
            shutDown();
            throw new IOException(WriterNote.refusal(path), e);
        } catch (IOException | RuntimeException e) {
            if (opened != null) {
                opened.rollback();
            }
            shutDown();
            throw e;
        }
    }

    private IndexWriterConfig config(LuceneOptions options, boolean create) {
        ConcurrentMergeScheduler scheduler = new ConcurrentMergeScheduler();
        scheduler.disableAutoIOThrottle();
        TieredMergePolicy policy = new TieredMergePolicy();
        policy.setNoCFSRatio(1);
        policy.setMaxCFSSegmentSizeMB(ONE_FILE_MB);
        KnnVectorsFormat vectors = vectors(options);
        Codec codec = new Lucene912Codec() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return vectors;
            }
        };
        return new IndexWriterConfig()
                .setOpenMode(create ? IndexWriterConfig.OpenMode.CREATE : IndexWriterConfig.OpenMode.APPEND)
                .setCommitOnClose(false)
                .setCodec(codec)
                .setMergeScheduler(scheduler)
                .setMergePolicy(policy)
                .setRAMBufferSizeMB(options.bufferMegabytes());
    }

    private KnnVectorsFormat vectors(LuceneOptions o) {
        if (o.quantisation() == LuceneOptions.Quantisation.NONE) {
            return new Lucene99HnswVectorsFormat(o.connections(), o.buildWidth(), o.threads(), mergers);
        }
        int bits = o.quantisation() == LuceneOptions.Quantisation.INT7 ? 7 : 4;
        return new Lucene99HnswScalarQuantizedVectorsFormat(
                o.connections(), o.buildWidth(), o.threads(), bits, bits == 4, null, mergers);
    }

    void upsert(Collection<StructureEntry> entries) throws IOException {
        List<byte[]> records = entries.parallelStream().map(EntryCodec::encode).toList();
        int next = 0;
        for (StructureEntry e : entries) {
            Row before = row(e.id());
            gather(new Row(
                    e.id(),
                    e.group(),
                    e.attributes(),
                    e.embedding().clone(),
                    records.get(next++),
                    before == null ? new byte[0] : before.thumbnail(),
                    before == null ? meta.next() : before.place(),
                    before == null || before.isNew()));
            if (before == null) {
                meta = meta.withNext(meta.next() + 1);
            }
        }
    }

    void putThumbnail(String id, byte[] image) throws IOException {
        Row row = row(id);
        if (row == null) {
            throw ThumbnailStore.noEntry(id);
        }
        gather(row.withThumbnail(image.clone()));
    }

    /** What there is of an entry, gathered or indexed; null if there is none. */
    private Row row(String id) throws IOException {
        Row waiting = gathered.get(id);
        if (waiting != null) {
            return waiting;
        }
        int doc = find(id);
        if (doc < 0) {
            return null;
        }
        StructureEntry e = view.entry(doc);
        return new Row(
                id,
                e.group(),
                e.attributes(),
                e.embedding(),
                EntryCodec.encode(e),
                view.thumbnail(doc),
                view.place(doc),
                false);
    }

    boolean contains(String id) throws IOException {
        return gathered.containsKey(id) || indexed.contains(id) || find(id) >= 0;
    }

    private int find(String id) throws IOException {
        if (indexed.contains(id)) {
            refresh();
        }
        return deleted.contains(id) ? -1 : view.find(id);
    }

    private void gather(Row row) throws IOException {
        Row before = gathered.put(row.id(), row);
        gatheredBytes += row.bytes() - (before == null ? 0 : before.bytes());
        unseen = true;
        changed = true;
        if (gatheredBytes > GATHERED) {
            index();
        }
    }

    boolean delete(String id) throws IOException {
        Row waiting = gathered.remove(id);
        if (waiting != null) {
            gatheredBytes -= waiting.bytes();
        }
        boolean indexed = waiting == null ? find(id) >= 0 : !waiting.isNew();
        if (indexed) {
            writer.deleteDocuments(new Term(LuceneFields.ID, id));
            deleted.add(id);
        }
        unseen |= indexed;
        changed |= indexed || waiting != null;
        return indexed || waiting != null;
    }

    void describe(Provenance provenance) {
        meta = meta.withProvenance(provenance);
        changed = true;
    }

    LuceneMeta meta() {
        return meta;
    }

    boolean changed() {
        return changed;
    }

    /** The entries as they are now. */
    LuceneView view() throws IOException {
        if (unseen) {
            refresh();
        }
        return view;
    }

    /** Lucene gets what was gathered. */
    private void index() throws IOException {
        try {
            gathered.values().parallelStream().forEach(this::write);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        indexed.addAll(gathered.keySet());
        gathered.clear();
        gatheredBytes = 0;
    }

    private void refresh() throws IOException {
        index();
        indexed.clear();
        deleted.clear();
        DirectoryReader next = DirectoryReader.openIfChanged(view.reader(), writer);
        if (next != null) {
            view.reader().decRef();
            view = new LuceneView(next);
        }
        unseen = false;
    }

    /** Lucene links each thread's entries into a graph of its own. */
    private void write(Row row) {
        try {
            if (row.isNew()) {
                writer.addDocument(LuceneFields.document(row));
            } else {
                writer.updateDocument(new Term(LuceneFields.ID, row.id()), LuceneFields.document(row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void commit() throws IOException {
        index();
        writer.setLiveCommitData(meta.toCommitData().entrySet());
        writer.commit();
        changed = false;
    }

    /** One part instead of several. */
    void compact() throws IOException {
        index();
        writer.forceMerge(1);
        unseen = true;
        changed = true;
    }

    /** Gives up what was not committed. */
    @Override
    public void close() throws IOException {
        try {
            view.reader().decRef();
            writer.rollback();
        } finally {
            note.remove();
            shutDown();
        }
    }

    private void shutDown() {
        if (mergers != null) {
            mergers.shutdown();
        }
    }
}
