package org.ragdiff.solr;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.solr.common.params.CommonParams;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.ragdiff.core.EntryFilter;

/** Filters as Solr's filter queries. Stateless. */
final class SolrFilters {
    private static final String ENTRIES = "{!term f=" + SolrEntries.KIND + "}" + SolrEntries.ENTRY;

    private SolrFilters() {}

    /**
     * @param changed ids left out as well
     * @param end places from here on are left out
     * @return one query for each condition; all have to hold
     */
    static List<String> of(EntryFilter filter, Set<String> changed, long end) {
        Map<String, Set<String>> allowed = new LinkedHashMap<>();
        for (Enum<?> value : filter.attributes()) {
            allowed.computeIfAbsent(SolrEntries.attributeField(value), n -> new TreeSet<>())
                    .add(value.name());
        }
        List<String> all = new ArrayList<>();
        allowed.forEach((field, values) -> all.add("{!terms f=" + field + "}" + String.join(",", values)));
        without(all, SolrEntries.GROUP, filter.withoutGroups(), SolrEntries::groupKey);
        Set<String> ids = new TreeSet<>(filter.withoutIds());
        ids.addAll(changed);
        without(all, SolrEntries.ID, ids, SolrEntries::key);
        if (end < Long.MAX_VALUE) {
            all.add("{!lucene cache=false}" + SolrEntries.PLACE + ":[0 TO " + (end - 1) + "]");
        }
        return all;
    }

    /** Keys hold no character that would end the quoted text. */
    private static void without(
            List<String> all, String field, Collection<String> values, Function<String, String> key) {
        if (!values.isEmpty()) {
            StringBuilder query = new StringBuilder("{!lucene cache=false}*:* -_query_:\"{!terms f=" + field + "}");
            values.forEach(v -> query.append(key.apply(v)).append(','));
            query.setCharAt(query.length() - 1, '"');
            all.add(query.toString());
        }
    }

    /** Of a request among entries that pass. */
    static ModifiableSolrParams params(List<String> filters) {
        ModifiableSolrParams params = new ModifiableSolrParams();
        params.add(CommonParams.FQ, ENTRIES);
        filters.forEach(f -> params.add(CommonParams.FQ, f));
        return params;
    }
}
