package org.ragdiff.retrieval.database;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureEntry;

/**
 * Searches a view: every entry where they are few, else the graph. What the graph proposes is ranked by
 * float64 inner products of the float32 embeddings, ties by place. Stateless.
 */
final class LuceneSearch {
    private record Hit(int doc, long place, double similarity) {}

    private static final Comparator<Hit> BEST_FIRST =
            Comparator.comparingDouble(Hit::similarity).reversed().thenComparingLong(Hit::place);

    private LuceneSearch() {}

    static List<Neighbour> search(
            LuceneView view, LuceneOptions options, float[] query, int k, Predicate<StructureEntry> filter)
            throws IOException {
        Query allowed = filter instanceof EntryFilter f ? LuceneFields.query(f) : null;
        Predicate<StructureEntry> rest = filter instanceof EntryFilter ? e -> true : filter;
        int count = view.count();
        if (count > options.exactUpTo()) {
            // Where a predicate refuses much of what is near, look further; then at everything.
            for (long wide = Math.max(options.searchWidth(), k); wide < count / 8; wide *= 4) {
                List<Neighbour> found = first(view, graph(view, query, (int) wide, allowed), k, rest);
                if (found.size() == k) {
                    return found;
                }
            }
        }
        return first(view, all(view, query, allowed), k, rest);
    }

    /** The best of a queue that pass. */
    private static List<Neighbour> first(
            LuceneView view, PriorityQueue<Hit> hits, int k, Predicate<StructureEntry> filter) throws IOException {
        List<Neighbour> out = new ArrayList<>();
        for (Hit h = hits.poll(); h != null && out.size() < k; h = hits.poll()) {
            StructureEntry e = view.entry(h.doc());
            if (filter.test(e)) {
                out.add(new Neighbour(e, h.similarity()));
            }
        }
        return out;
    }

    private static PriorityQueue<Hit> graph(LuceneView view, float[] query, int wide, Query allowed)
            throws IOException {
        ScoreDoc[] found = view.searcher()
                .search(new KnnFloatVectorQuery(LuceneFields.EMBEDDING, query, wide, allowed), wide)
                .scoreDocs;
        PriorityQueue<Hit> hits = new PriorityQueue<>(Math.max(1, found.length), BEST_FIRST);
        Arrays.sort(found, Comparator.comparingInt(d -> d.doc));
        int next = 0;
        for (LeafReaderContext leaf : view.reader().leaves()) {
            int end = leaf.docBase + leaf.reader().maxDoc();
            if (next < found.length && found[next].doc < end) {
                FloatVectorValues vectors = leaf.reader().getFloatVectorValues(LuceneFields.EMBEDDING);
                NumericDocValues places = leaf.reader().getNumericDocValues(LuceneFields.PLACE);
                for (; next < found.length && found[next].doc < end; next++) {
                    hits.add(hit(leaf, found[next].doc - leaf.docBase, vectors, places, query));
                }
            }
        }
        return hits;
    }

    private static PriorityQueue<Hit> all(LuceneView view, float[] query, Query allowed) throws IOException {
        PriorityQueue<Hit> hits = new PriorityQueue<>(Math.max(1, view.count()), BEST_FIRST);
        Query q = view.searcher().rewrite(new ConstantScoreQuery(allowed == null ? new MatchAllDocsQuery() : allowed));
        Weight weight = view.searcher().createWeight(q, ScoreMode.COMPLETE_NO_SCORES, 1);
        for (LeafReaderContext leaf : view.reader().leaves()) {
            Scorer scorer = weight.scorer(leaf);
            if (scorer == null) {
                continue;
            }
            FloatVectorValues vectors = leaf.reader().getFloatVectorValues(LuceneFields.EMBEDDING);
            NumericDocValues places = leaf.reader().getNumericDocValues(LuceneFields.PLACE);
            Bits live = leaf.reader().getLiveDocs();
            DocIdSetIterator docs = scorer.iterator();
            for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
                if (live == null || live.get(doc)) {
                    hits.add(hit(leaf, doc, vectors, places, query));
                }
            }
        }
        return hits;
    }

    private static Hit hit(
            LeafReaderContext leaf, int doc, FloatVectorValues vectors, NumericDocValues places, float[] query)
            throws IOException {
        if (vectors == null || places == null || vectors.advance(doc) != doc || !places.advanceExact(doc)) {
            throw new IOException("document " + (leaf.docBase + doc) + " is no entry");
        }
        return new Hit(leaf.docBase + doc, places.longValue(), ExactSearch.dot(query, vectors.vectorValue()));
    }
}
