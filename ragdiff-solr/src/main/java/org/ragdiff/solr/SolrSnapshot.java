package org.ragdiff.solr;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.ragdiff.core.EmbeddingCheck;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.solr.SolrEntries.Placed;

/** The entries of a collection at one moment: those that its database changes later are kept. Thread-safe. */
final class SolrSnapshot implements StructureDatabase {
    private final SolrMeta meta;
    private final int count;
    private final BeforeImages before;
    private final SolrReads reads;
    private final SolrSearch search;
    private final Runnable close;

    SolrSnapshot(SolrMeta meta, int count, BeforeImages before, SolrReads reads, SolrSearch search, Runnable close) {
        this.meta = meta;
        this.count = count;
        this.before = before;
        this.reads = reads;
        this.search = search;
        this.close = close;
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
        return count;
    }

    @Override
    public Optional<StructureEntry> get(String id) {
        Optional<Placed> now = reads.get(id).filter(e -> e.place() < before.end());
        Placed then = before.get(id);
        return (then == null ? now : Optional.of(then)).map(Placed::entry);
    }

    @Override
    public Iterable<StructureEntry> entries() {
        return () -> reads.entries(before);
    }

    @Override
    public List<Neighbour> search(float[] query, int k, Predicate<StructureEntry> filter) {
        EmbeddingCheck.query(query, k, dimension(), count);
        return search.search(query, k, filter, count, before);
    }

    @Override
    public StructureDatabase snapshot() {
        return new SolrSnapshot(meta, count, before, reads, search, () -> {});
    }

    @Override
    public Optional<Provenance> provenance() {
        return meta.provenance();
    }

    @Override
    public void upsert(Collection<StructureEntry> entries) {
        throw notWritten();
    }

    @Override
    public void add(Collection<StructureEntry> entries) {
        throw notWritten();
    }

    @Override
    public boolean delete(String id) {
        throw notWritten();
    }

    @Override
    public void commit() {
        throw notWritten();
    }

    @Override
    public void describe(Provenance provenance) {
        throw notWritten();
    }

    private static UnsupportedOperationException notWritten() {
        return new UnsupportedOperationException("a snapshot of a structure database is not written to");
    }

    @Override
    public void close() {
        close.run();
    }
}
