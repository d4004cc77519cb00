package org.ragdiff.solr;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ragdiff.solr.SolrEntries.Placed;

/**
 * Entries as they were when a view began, kept when its database changes them. With the collection, less
 * what is kept here and what was added later, they are the view's entries. Thread-safe.
 */
final class BeforeImages {
    private final long end;
    private final Map<String, Placed> kept = new HashMap<>();

    /**
     * @param end places from here on were given later
     */
    BeforeImages(long end) {
        this.end = end;
    }

    long end() {
        return end;
    }

    /** To be called before an entry is changed. */
    synchronized void keep(Placed entry) {
        if (entry.place() < end) {
            kept.putIfAbsent(entry.entry().id(), entry);
        }
    }

    synchronized Placed get(String id) {
        return kept.get(id);
    }

    synchronized int size() {
        return kept.size();
    }

    synchronized Set<String> ids() {
        return Set.copyOf(kept.keySet());
    }

    synchronized Collection<Placed> entries() {
        return List.copyOf(kept.values());
    }
}
