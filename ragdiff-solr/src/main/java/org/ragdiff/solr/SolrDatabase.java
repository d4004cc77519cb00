package org.ragdiff.solr;

import com.google.common.collect.Iterables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import org.apache.solr.client.solrj.request.UpdateRequest;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.SolrInputDocument;
import org.ragdiff.core.EmbeddingCheck;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.solr.SolrEntries.Placed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database in a collection of a SolrCloud cluster (Solr 9), for collections that outgrow one machine:
 * spread over shards, each kept by replicas on several nodes. As long as each shard has a running replica,
 * searches are answered. One process writes to a collection at a time, any number read; within a process
 * any number of threads may read while one writes.
 *
 * <p>Up to {@link SolrOptions#exactUpTo} entries a search is exact; beyond, it follows the graphs of the
 * shards, and the similarities it gives are exact, but a neighbour may be missing (figures:
 * docs/benchmarks/databases.md). Embeddings are kept as they are, at most 1024 numbers; fields are rounded to
 * 2⁻¹⁰ of the frame.
 *
 * <p>What differs from a database in a directory: Solr keeps a change as soon as it has accepted it, in its
 * log on each replica, and has no way back from it. {@link #commit} writes all to the disks and shows it to
 * other processes; closing without it gives nothing up. A snapshot keeps what this database changes, and does
 * not see what others add; entries that others replace or delete change in it.
 *
 * <p>Methods throw {@link UncheckedIOException} with a message for users when Solr does not answer, or not
 * with what was written. Name and password of basic authentication are read from {@code RAGDIFF_SOLR_USER} and
 * {@code RAGDIFF_SOLR_PASSWORD} alone.
 */
public final class SolrDatabase implements StructureDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(SolrDatabase.class);

    /** For entries as they are now. */
    private static final BeforeImages NOW = new BeforeImages(Long.MAX_VALUE);
    /** Nanoseconds after which entries of other writers are counted again. */
    private static final long COUNT_LASTS = 60_000_000_000L;

    private final SolrConnection at;
    private final SolrOptions options;
    private final SolrReads reads;
    private final SolrSearch search;
    private final Set<BeforeImages> views = Collections.newSetFromMap(new WeakHashMap<>());

    private SolrMeta meta;
    /** Place of the next new entry; -1 if nothing was written yet. */
    private long next = -1;

    private boolean unseen;
    private boolean changed;
    /** Of entries, at a time; -1 if not known. */
    private int counted = -1;

    private long countedAt;
    private boolean closed;

    private SolrDatabase(SolrConnection at, SolrOptions options, SolrMeta meta) {
        this.at = at;
        this.options = options;
        this.meta = meta;
        this.reads = new SolrReads(at, meta.dimension());
        this.search = new SolrSearch(at, meta.dimension(), options);
    }

    /**
     * An empty database. The collection is made, with this module's configset; one that is there is taken if
     * its schema fits and it holds nothing.
     *
     * @param urls of some of the nodes, such as {@code http://node1:8983/solr}
     * @param dimension 1 to 1024
     * @throws IOException if Solr does not answer, or the collection holds something or has another schema
     */
    public static SolrDatabase create(
            List<String> urls, String collection, int dimension, String encoderFingerprint, SolrOptions options)
            throws IOException {
        Objects.requireNonNull(encoderFingerprint, "encoderFingerprint");
        if (dimension < 1 || dimension > SolrMeta.MAX_DIMENSION) {
            throw new IllegalArgumentException(
                    "dimension must be in [1, " + SolrMeta.MAX_DIMENSION + "], got " + dimension);
        }
        return connected(urls, collection, options, at -> {
            if (SolrCollections.exists(at)) {
                SolrCollections.requireSchema(at, dimension);
                if (!description(at).isEmpty()
                        || new SolrReads(at, dimension).extent().count() > 0) {
                    throw new IOException("the collection " + collection
                            + " holds a structure database already: open it, or choose another name");
                }
            } else {
                SolrCollections.create(at, dimension, options);
            }
            SolrDatabase made =
                    new SolrDatabase(at, options, new SolrMeta(dimension, encoderFingerprint, Optional.empty()));
            made.send(List.of(made.meta.toDocument()));
            made.commit();
            return made;
        });
    }

    /**
     * Opens a collection for reading and writing.
     *
     * @throws IOException if Solr does not answer, or there is no such collection, or it is no structure database
     *     of this version; the message says what to do
     */
    public static SolrDatabase open(List<String> urls, String collection, SolrOptions options) throws IOException {
        return connected(urls, collection, options, at -> {
            List<SolrDocument> description = description(at);
            if (description.isEmpty()) {
                throw new IOException("the collection " + collection
                        + " holds no structure database: make one with SolrDatabase.create");
            }
            SolrMeta meta;
            try {
                meta = SolrMeta.from(description.get(0));
            } catch (IOException e) {
                throw new IOException(
                        "the collection " + collection + " cannot be read: " + e.getMessage()
                                + ". Make it again with this program",
                        e);
            }
            SolrCollections.requireSchema(at, meta.dimension());
            return new SolrDatabase(at, options, meta);
        });
    }

    /**
     * {@link #open(List, String, SolrOptions)} for an encoder.
     *
     * @throws IOException also if the database was made by another encoder
     */
    public static SolrDatabase open(
            List<String> urls, String collection, SolrOptions options, String encoderFingerprint) throws IOException {
        SolrDatabase opened = open(urls, collection, options);
        if (!opened.encoderFingerprint().equals(encoderFingerprint)) {
            opened.close();
            throw new IOException("the structure database " + collection + " was made by another encoder (it has "
                    + opened.encoderFingerprint() + ", the encoder is " + encoderFingerprint
                    + "): make another collection and add the garments again");
        }
        return opened;
    }

    private static List<SolrDocument> description(SolrConnection at) {
        return new SolrReads(at, 1).newest(List.of(SolrMeta.ID), "*");
    }

    /** Work with a connection that is closed if it fails. */
    @FunctionalInterface
    private interface Opening {
        SolrDatabase on(SolrConnection at) throws IOException;
    }

    private static SolrDatabase connected(List<String> urls, String collection, SolrOptions options, Opening opening)
            throws IOException {
        SolrConnection at = null;
        SolrDatabase opened = null;
        try {
            at = SolrConnection.open(urls, collection, options, SolrCredentials.from(System.getenv()));
            opened = opening.on(at);
            return opened;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            if (at != null && opened == null) {
                at.close();
            }
        }
    }

    @Override
    public int dimension() {
        return meta().dimension();
    }

    @Override
    public String encoderFingerprint() {
        return meta().encoderFingerprint();
    }

    private synchronized SolrMeta meta() {
        return meta;
    }

    @Override
    public synchronized int count() {
        see();
        counted = reads.extent().count();
        countedAt = System.nanoTime();
        return counted;
    }

    /** Exact after changes of this database, at most a minute old after changes of others. */
    private synchronized int about() {
        see();
        return counted <= 0 || System.nanoTime() - countedAt > COUNT_LASTS ? count() : counted;
    }

    /**
     * @throws IllegalArgumentException also if an entry has a field of a side above 256, a group of more than
     *     512 characters, or half a surrogate pair in its id or group
     * @throws UncheckedIOException if Solr does not take all; some may be kept then, doing it again is safe
     */
    @Override
    public void upsert(Collection<StructureEntry> entries) {
        EmbeddingCheck.entries(entries, dimension());
        entries.forEach(SolrEntries::requireEncodable);
        Map<String, StructureEntry> distinct = new LinkedHashMap<>();
        entries.forEach(e -> distinct.put(e.id(), e));
        synchronized (this) {
            requireOpen();
            if (next < 0) {
                see();
                next = reads.extent().next();
            }
            for (List<StructureEntry> batch : Iterables.partition(distinct.values(), options.batch())) {
                write(batch);
            }
        }
    }

    private void write(List<StructureEntry> batch) {
        List<String> ids = batch.stream().map(StructureEntry::id).toList();
        Map<String, Long> places;
        if (views.isEmpty()) {
            places = reads.places(ids);
        } else {
            places = new LinkedHashMap<>();
            reads.find(ids).forEach((id, e) -> {
                keep(e);
                places.put(SolrEntries.key(id), e.place());
            });
        }
        List<SolrInputDocument> documents = new ArrayList<>();
        for (StructureEntry e : batch) {
            Long place = places.get(SolrEntries.key(e.id()));
            documents.add(SolrEntries.document(e, place == null ? next++ : place));
        }
        send(documents);
    }

    private void keep(Placed e) {
        views.forEach(v -> v.keep(e));
    }

    private void send(List<SolrInputDocument> documents) {
        changes();
        at.told(c -> new UpdateRequest().add(documents).process(c, at.collection()));
    }

    private void changes() {
        unseen = true;
        changed = true;
        counted = -1;
    }

    @Override
    public synchronized void add(Collection<StructureEntry> entries) {
        requireOpen();
        Set<String> ids = new HashSet<>();
        for (StructureEntry e : entries) {
            if (!ids.add(e.id())) {
                throw StructureDatabase.alreadyThere(e.id());
            }
        }
        Set<String> there = reads.places(ids).keySet();
        for (StructureEntry e : entries) {
            if (there.contains(SolrEntries.key(e.id()))) {
                throw StructureDatabase.alreadyThere(e.id());
            }
        }
        upsert(entries);
    }

    @Override
    public synchronized boolean delete(String id) {
        requireOpen();
        Optional<Placed> there = reads.get(id);
        if (there.isPresent()) {
            keep(there.get());
            changes();
            at.told(c -> new UpdateRequest().deleteById(SolrEntries.key(id)).process(c, at.collection()));
        }
        return there.isPresent();
    }

    /** Writes all changes to the disks of all replicas and shows them to other processes. */
    @Override
    public synchronized void commit() {
        requireOpen();
        if (changed) {
            at.told(c -> c.commit(at.collection(), true, true, false));
            changed = false;
            unseen = false;
        }
    }

    /**
     * Makes few parts of each replica's many, and waits for it; worth it after many entries were added, for faster
     * searches. It has to be done within the request's timeout; Solr goes on with it after that.
     *
     * @param most parts that may be left, 1 to 100; few take long
     */
    public synchronized void compact(int most) {
        requireOpen();
        if (most < 1 || most > 100) {
            throw new IllegalArgumentException("most must be in [1, 100], got " + most);
        }
        at.told(c -> c.optimize(at.collection(), true, true, most));
        changed = false;
        unseen = false;
    }

    /** What was changed is seen by the searches that follow, of all replicas. */
    private synchronized void see() {
        requireOpen();
        if (unseen) {
            at.told(c -> c.commit(at.collection(), true, true, true));
            unseen = false;
        }
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the structure database " + at.collection() + " was closed");
        }
    }

    @Override
    public Optional<StructureEntry> get(String id) {
        requireOpen();
        return reads.get(id).map(Placed::entry);
    }

    /** Read page by page; usable until this is closed. */
    @Override
    public Iterable<StructureEntry> entries() {
        return snapshot().entries();
    }

    @Override
    public List<Neighbour> search(float[] query, int k, Predicate<StructureEntry> filter) {
        int count = about();
        EmbeddingCheck.query(query, k, dimension(), count);
        return search.search(query, k, filter, count, NOW);
    }

    @Override
    public synchronized StructureDatabase snapshot() {
        see();
        SolrReads.Extent extent = reads.extent();
        BeforeImages before = new BeforeImages(extent.next());
        views.add(before);
        return new SolrSnapshot(meta, extent.count(), before, reads, search, () -> forget(before));
    }

    private synchronized void forget(BeforeImages view) {
        views.remove(view);
    }

    @Override
    public synchronized Optional<Provenance> provenance() {
        return meta.provenance();
    }

    @Override
    public synchronized void describe(Provenance provenance) {
        requireOpen();
        SolrMeta described = meta.withProvenance(Objects.requireNonNull(provenance, "provenance"));
        send(List.of(described.toDocument()));
        meta = described;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            if (changed) {
                LOG.warn("closing {} with changes that other processes see only after a commit", at.collection());
            }
            at.close();
        }
    }
}
