package org.ragdiff.retrieval.database;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureEntry;

/**
 * Exact inner-product search over blocks: float32 products select every row that can be among the k
 * best whatever rounding did to them, float64 products of these decide. The bound on rounding is that of
 * any order of summation, γ_d‖q‖‖x‖ (Higham, Accuracy and Stability, §3.1). Stateless; large
 * matrices are searched by two or more threads. Of many queries, all are multiplied with the rows that fit a
 * core's second-level cache before the next are read.
 */
final class ExactSearch {
    /** Floats to read below which one thread is faster. */
    private static final long ALONE = 1 << 19;

    private static final double ROUNDING = 0x1p-24;

    private record Hit(StructureEntry entry, int row, double similarity) {}

    private static final Comparator<Hit> BEST_FIRST =
            Comparator.comparingDouble(Hit::similarity).reversed().thenComparingInt(Hit::row);

    private ExactSearch() {}

    /**
     * The k best of each query, best first, ties by row.
     *
     * @param entries one for each row; null where it was deleted
     */
    static List<List<Neighbour>> search(
            EmbeddingBlocks blocks,
            List<StructureEntry> entries,
            List<float[]> queries,
            int k,
            Predicate<StructureEntry> filter) {
        float[][] q = queries.toArray(float[][]::new);
        int parts = parts(blocks, queries);
        RowStrips strips = q.length == 1
                ? RowStrips.toReadOnce(blocks.rows(), parts)
                : RowStrips.toReadOften(blocks.rows(), q[0].length, parts);
        IntStream range = IntStream.range(0, parts);
        List<Candidates[]> found = (parts > 1 ? range.parallel() : range)
                .mapToObj(p -> scan(blocks, strips, entries, q, k, filter))
                .toList();
        List<List<Neighbour>> out = new ArrayList<>();
        for (int i = 0; i < q.length; i++) {
            Candidates all = found.get(0)[i];
            for (Candidates[] more : found.subList(1, found.size())) {
                all.addAll(more[i]);
            }
            out.add(decide(all.rows(), entries, q[i], k));
        }
        return out;
    }

    private static int parts(EmbeddingBlocks blocks, List<float[]> queries) {
        long floats = (long) blocks.rows() * queries.get(0).length * queries.size();
        int threads = Runtime.getRuntime().availableProcessors();
        return floats < ALONE ? 1 : Math.max(1, Math.min(threads, blocks.rows() / RowStrips.LEAST));
    }

    /** The candidates of the strips that no other thread took, for each query. */
    private static Candidates[] scan(
            EmbeddingBlocks blocks,
            RowStrips strips,
            List<StructureEntry> entries,
            float[][] queries,
            int k,
            Predicate<StructureEntry> filter) {
        Candidates[] found = new Candidates[queries.length];
        for (int q = 0; q < queries.length; q++) {
            found[q] = new Candidates(k, error(queries[q], blocks.longest()));
        }
        Allowed allowed = new Allowed(entries, filter);
        float[][] scores = new float[Math.min(EmbeddingBlocks.TOGETHER, queries.length)][EmbeddingBlocks.BLOCK_ROWS];
        for (int row = strips.next(); row >= 0; row = strips.next()) {
            EmbeddingBlocks.Block block = blocks.block(row / EmbeddingBlocks.BLOCK_ROWS);
            int start = row - row % EmbeddingBlocks.BLOCK_ROWS;
            int from = row - start;
            int to = strips.end(row) - start;
            int q = 0;
            for (; q + EmbeddingBlocks.TOGETHER <= queries.length; q += EmbeddingBlocks.TOGETHER) {
                EmbeddingBlocks.multiplyThree(block, from, to, queries, q, scores);
                for (int i = 0; i < EmbeddingBlocks.TOGETHER; i++) {
                    select(found[q + i], scores[i], from, to, start, allowed);
                }
            }
            for (; q < queries.length; q++) {
                EmbeddingBlocks.multiply(block, from, to, queries[q], scores[0]);
                select(found[q], scores[0], from, to, start, allowed);
            }
        }
        return found;
    }

    private static void select(Candidates found, float[] scores, int from, int to, int start, Allowed allowed) {
        for (int r = from; r < to; r++) {
            if (!(scores[r] < found.cut()) && allowed.row(start + r)) {
                found.add(start + r, scores[r]);
            }
        }
    }

    private static double error(float[] query, double longest) {
        double squares = 0;
        for (float v : query) {
            squares += (double) v * v;
        }
        double scale = Math.sqrt(squares) * longest;
        // Beyond this a float32 sum may overflow: every row is a candidate then.
        return scale > 1e37 ? Double.POSITIVE_INFINITY : (query.length + 8) * (ROUNDING * scale + Float.MIN_NORMAL);
    }

    private static List<Neighbour> decide(int[] rows, List<StructureEntry> entries, float[] query, int k) {
        return IntStream.of(rows)
                .mapToObj(row -> new Hit(
                        entries.get(row), row, dot(query, entries.get(row).embedding())))
                .sorted(BEST_FIRST)
                .limit(k)
                .map(h -> new Neighbour(h.entry(), h.similarity()))
                .toList();
    }

    /** Four partial sums in float64: exact enough for ties, and free of one long dependency chain. */
    static double dot(float[] x, float[] y) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int j = 0;
        for (; j + 3 < x.length; j += 4) {
            a += (double) x[j] * y[j];
            b += (double) x[j + 1] * y[j + 1];
            c += (double) x[j + 2] * y[j + 2];
            d += (double) x[j + 3] * y[j + 3];
        }
        for (; j < x.length; j++) {
            a += (double) x[j] * y[j];
        }
        return (a + b) + (c + d);
    }

    /** Which rows there are and the filter accepts: asked once for a row, and only where it matters. */
    private static final class Allowed {
        private final List<StructureEntry> entries;
        private final Predicate<StructureEntry> filter;
        private final BitSet asked = new BitSet();
        private final BitSet accepted = new BitSet();

        Allowed(List<StructureEntry> entries, Predicate<StructureEntry> filter) {
            this.entries = entries;
            this.filter = filter;
        }

        boolean row(int row) {
            if (!asked.get(row)) {
                asked.set(row);
                StructureEntry e = entries.get(row);
                accepted.set(row, e != null && filter.test(e));
            }
            return accepted.get(row);
        }
    }
}
