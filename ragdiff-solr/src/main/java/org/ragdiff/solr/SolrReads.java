package org.ragdiff.solr;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.params.CommonParams;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.solr.SolrEntries.Placed;

/** Reads a collection. Thread-safe. */
final class SolrReads {
    /** Ids asked for with one request. */
    private static final int IDS = 200;

    private final SolrConnection at;
    private final int dimension;

    SolrReads(SolrConnection at, int dimension) {
        this.at = at;
        this.dimension = dimension;
    }

    /**
     * What is visible.
     *
     * @param count of entries
     * @param next above all places
     */
    record Extent(int count, long next) {}

    Extent extent() {
        ModifiableSolrParams params = SolrFilters.params(List.of());
        params.set(CommonParams.Q, "*:*");
        params.set(CommonParams.SORT, SolrEntries.PLACE + " desc");
        params.set(CommonParams.ROWS, 1);
        params.set(CommonParams.FL, SolrEntries.PLACE);
        QueryResponse answer = at.query("/select", params, 1, dimension);
        long count = answer.getResults().getNumFound();
        if (count > Integer.MAX_VALUE || count < answer.getResults().size()) {
            throw at.failed("has " + count + " entries, expected at most " + Integer.MAX_VALUE, null);
        }
        try {
            return new Extent(
                    (int) count,
                    count == 0 ? 0 : SolrEntries.place(answer.getResults().get(0)) + 1);
        } catch (IOException | IndexOutOfBoundsException e) {
            throw at.failed("answered with what is no entry: " + e.getMessage(), e);
        }
    }

    /** The last version of an entry, visible to searches or not. */
    Optional<Placed> get(String id) {
        return Optional.ofNullable(find(List.of(id)).get(id));
    }

    /** Those of the entries that there are, by id. */
    Map<String, Placed> find(Collection<String> ids) {
        Map<String, Placed> found = new HashMap<>();
        for (SolrDocument d : documents(ids, SolrEntries.FIELDS)) {
            try {
                Placed e = SolrEntries.entry(d, dimension);
                found.put(e.entry().id(), e);
            } catch (IOException e) {
                throw at.failed("answered with what is no entry: " + e.getMessage(), e);
            }
        }
        return found;
    }

    /** Places of those of the entries that there are, by {@link SolrEntries#key}. */
    Map<String, Long> places(Collection<String> ids) {
        Map<String, Long> found = new HashMap<>();
        for (SolrDocument d : documents(ids, SolrEntries.ID + "," + SolrEntries.PLACE)) {
            try {
                found.put(String.valueOf(d.getFieldValue(SolrEntries.ID)), SolrEntries.place(d));
            } catch (IOException e) {
                throw at.failed("answered with what is no entry: " + e.getMessage(), e);
            }
        }
        return found;
    }

    private List<SolrDocument> documents(Collection<String> ids, String fields) {
        List<SolrDocument> all = new ArrayList<>();
        Iterator<String> rest = ids.iterator();
        while (rest.hasNext()) {
            List<String> keys = new ArrayList<>();
            while (rest.hasNext() && keys.size() < IDS) {
                keys.add(SolrEntries.key(rest.next()));
            }
            all.addAll(newest(keys, fields));
        }
        return all;
    }

    /** Documents by their keys, from the log where the index has not got them yet. */
    List<SolrDocument> newest(List<String> keys, String fields) {
        ModifiableSolrParams params = new ModifiableSolrParams();
        params.set("ids", String.join(",", keys));
        params.set(CommonParams.FL, fields);
        return at.query("/get", params, keys.size(), dimension).getResults();
    }

    /** In their order. */
    Iterator<StructureEntry> entries(BeforeImages before) {
        Iterator<Placed> pages =
                new EntryPages(at, dimension, SolrFilters.of(EntryFilter.any(), Set.of(), before.end()), before);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return pages.hasNext();
            }

            @Override
            public StructureEntry next() {
                return pages.next().entry();
            }
        };
    }
}
