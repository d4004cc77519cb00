package org.ragdiff.solr;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.params.CommonParams;
import org.apache.solr.common.params.CursorMarkParams;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.ragdiff.solr.SolrEntries.Placed;

/**
 * The entries of a view that a filter accepts, in their order, read page by page. Entries that are changed
 * meanwhile come as they were. One thread.
 */
final class EntryPages implements Iterator<Placed> {
    private static final int ROWS = 200;

    private final SolrConnection at;
    private final int dimension;
    private final List<String> filters;
    private final BeforeImages before;
    private final Deque<Placed> ready = new ArrayDeque<>();

    private String cursor = CursorMarkParams.CURSOR_MARK_START;
    /** Null before the first. */
    private Placed last;

    private boolean finished;

    /**
     * @param filters of the query, see {@link SolrFilters}
     * @param before those of its entries that are not in the collection any more
     */
    EntryPages(SolrConnection at, int dimension, List<String> filters, BeforeImages before) {
        this.at = at;
        this.dimension = dimension;
        this.filters = filters;
        this.before = before;
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && !finished) {
            read();
        }
        return !ready.isEmpty();
    }

    @Override
    public Placed next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.poll();
    }

    private void read() {
        ModifiableSolrParams params = SolrFilters.params(filters);
        params.set(CommonParams.Q, "*:*");
        params.set(CommonParams.SORT, "place asc,id asc");
        params.set(CommonParams.FL, SolrEntries.FIELDS);
        params.set(CommonParams.ROWS, ROWS);
        params.set(CursorMarkParams.CURSOR_MARK_PARAM, cursor);
        QueryResponse answer = at.query("/select", params, ROWS, dimension);
        finished =
                answer.getNextCursorMark() == null || answer.getNextCursorMark().equals(cursor);
        cursor = answer.getNextCursorMark();
        List<Placed> page = new ArrayList<>();
        try {
            for (SolrDocument d : answer.getResults()) {
                page.add(SolrEntries.entry(d, dimension));
            }
        } catch (IOException e) {
            throw at.failed("answered with what is no entry: " + e.getMessage(), e);
        }
        Placed end = page.isEmpty() ? last : page.get(page.size() - 1);
        page.removeIf(e -> before.get(e.entry().id()) != null);
        for (Placed e : before.entries()) {
            if ((last == null || e.compareTo(last) > 0) && (finished || end != null && e.compareTo(end) <= 0)) {
                page.add(e);
            }
        }
        page.stream().sorted().forEach(ready::add);
        last = end;
    }
}
