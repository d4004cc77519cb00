package org.ragdiff.solr;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.params.CommonParams;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.solr.SolrEntries.Placed;

/**
 * Searches a collection: every entry where they are few, else the graphs of its shards. What Solr proposes
 * by float32 is ranked by float64 inner products, ties by place. Thread-safe.
 */
final class SolrSearch {
    /** Entries asked for beyond k, for those that float32 puts in another order. */
    private static final int SPARE = 16;
    /** Entries in one answer; beyond, they are read in pages. */
    private static final int MOST = 4096;

    private static final double ROUNDING = 0x1p-24;

    private static final Comparator<Hit> BEST_FIRST =
            Comparator.comparingDouble(Hit::similarity).reversed().thenComparing(Hit::found);

    private record Hit(Placed found, double similarity) {}

    /**
     * @param hits that pass, best first
     * @param all entries that Solr found, answered with or not
     * @param last what Solr's score of the last one answered says of its inner product with the unit query
     */
    private record Ranked(List<Hit> hits, long all, double last) {}

    private final SolrConnection at;
    private final int dimension;
    private final SolrOptions options;

    SolrSearch(SolrConnection at, int dimension, SolrOptions options) {
        this.at = at;
        this.dimension = dimension;
        this.options = options;
    }

    /**
     * @param count of the entries, about
     * @param before entries as they were, if the view is of an earlier moment
     */
    List<Neighbour> search(float[] query, int k, Predicate<StructureEntry> filter, int count, BeforeImages before) {
        Question question = new Question(query, k, filter, before);
        List<Hit> best;
        Set<String> changed;
        do {
            changed = before.ids();
            best = question.inCollection(count, changed);
        } while (before.size() != changed.size());
        for (Placed e : before.entries()) {
            if (filter.test(e.entry())) {
                best.add(question.hit(e));
            }
        }
        return best.stream()
                .sorted(BEST_FIRST)
                .limit(k)
                .map(h -> new Neighbour(h.found().entry(), h.similarity()))
                .toList();
    }

    private final class Question {
        private final float[] query;
        private final double norm;
        private final String vector;
        private final int k;
        private final Predicate<StructureEntry> filter;
        private final EntryFilter looked;
        private final BeforeImages before;

        Question(float[] query, int k, Predicate<StructureEntry> filter, BeforeImages before) {
            this.query = query;
            this.norm = Math.sqrt(dot(query, query));
            this.vector = text();
            this.k = k;
            this.filter = filter;
            this.looked = filter instanceof EntryFilter f ? f : EntryFilter.any();
            this.before = before;
        }

        /** The query at unit length, which changes no order. */
        private String text() {
            StringBuilder b = new StringBuilder("[");
            for (float v : query) {
                b.append(norm == 0 ? 0f : (float) (v / norm)).append(',');
            }
            b.setCharAt(b.length() - 1, ']');
            return b.toString();
        }

        Hit hit(Placed e) {
            return new Hit(e, dot(query, e.entry().embedding()));
        }

        /** At least the k best of the entries that are not changed. */
        List<Hit> inCollection(int count, Set<String> changed) {
            List<String> filters = SolrFilters.of(looked, changed, before.end());
            if (count > options.exactUpTo()) {
                // Where a predicate refuses much of what is near, look further; then at everything.
                for (long wide = Math.max(options.searchWidth(), k); wide < count / 8; wide *= 4) {
                    int rows = rows(wide);
                    Ranked near = ranked("{!knn f=embedding topK=" + wide + "}" + vector, filters, rows);
                    if (near.hits().size() >= k || near.all() < wide && near.all() <= rows) {
                        return near.hits();
                    }
                }
            }
            for (long rows = (long) k + SPARE; rows <= MOST; rows *= 4) {
                Ranked all = ranked("{!func}vectorSimilarity(embedding," + vector + ")", filters, (int) rows);
                if (all.all() <= rows || all.hits().size() >= k && decided(all)) {
                    return all.hits();
                }
            }
            return scan(filters);
        }

        private int rows(long wide) {
            return (int) Math.min(filter instanceof EntryFilter ? k + SPARE : MOST, wide);
        }

        /** Whether no entry beyond those answered can be among the k best, whatever rounding did. */
        private boolean decided(Ranked all) {
            double longest = 1;
            for (Hit h : all.hits()) {
                float[] e = h.found().entry().embedding();
                longest = Math.max(longest, Math.sqrt(dot(e, e)));
            }
            double slack = (dimension + 16) * ROUNDING * longest + 4 * ROUNDING * (1 + Math.abs(all.last()));
            return all.hits().get(k - 1).similarity() > (all.last() + slack) * norm;
        }

        private Ranked ranked(String q, List<String> filters, int rows) {
            ModifiableSolrParams params = SolrFilters.params(filters);
            params.set(CommonParams.Q, q);
            params.set(CommonParams.SORT, "score desc,place asc");
            params.set(CommonParams.FL, SolrEntries.FIELDS + ",score");
            params.set(CommonParams.ROWS, rows);
            QueryResponse answer = at.query("/select", params, rows, dimension);
            List<Hit> hits = new ArrayList<>();
            double last = Double.NEGATIVE_INFINITY;
            try {
                for (SolrDocument d : answer.getResults()) {
                    Placed e = SolrEntries.entry(d, dimension);
                    if (filter.test(e.entry())) {
                        hits.add(hit(e));
                    }
                    last = product(d);
                }
            } catch (IOException e) {
                throw at.failed("answered with what is no entry: " + e.getMessage(), e);
            }
            hits.sort(BEST_FIRST);
            return new Ranked(hits, answer.getResults().getNumFound(), last);
        }

        /** Of Lucene's score of an inner product: above 1 for positive ones, below for others. */
        private static double product(SolrDocument d) throws IOException {
            if (d.getFieldValue("score") instanceof Float score && score > 0) {
                return score >= 1 ? score - 1 : 1 - 1 / (double) score;
            }
            throw new IOException("it has the score " + d.getFieldValue("score"));
        }

        private List<Hit> scan(List<String> filters) {
            PriorityQueue<Hit> best = new PriorityQueue<>(BEST_FIRST.reversed());
            Iterator<Placed> pages = new EntryPages(at, dimension, filters, new BeforeImages(before.end()));
            while (pages.hasNext()) {
                Placed e = pages.next();
                if (filter.test(e.entry())) {
                    best.add(hit(e));
                    if (best.size() > k) {
                        best.poll();
                    }
                }
            }
            return new ArrayList<>(best);
        }
    }

    private static double dot(float[] x, float[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (double) x[i] * y[i];
        }
        return sum;
    }
}
