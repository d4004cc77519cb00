package org.ragdiff.bench.retrieval;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.retrieval.database.ExactDatabase;
import org.ragdiff.retrieval.database.LuceneDatabase;
import org.ragdiff.retrieval.database.LuceneOptions;

/**
 * A database of a size that JMH's rows do not have: {@code build DIR COUNT DIMENSION [NONE|INT7|INT4]} makes
 * it and says how long that took, {@code search DIR QUERIES WIDTH…} compares the graph with exact search
 * and exact search with reading memory, {@code exact COUNT DIMENSION QUERIES} the latter alone. Two threads;
 * single runs, no peer.
 */
public final class LargeDatabase {
    private static final long SEED = 20;
    private static final int BATCH = 1000;
    private static final int K = 10;
    private static final int THREADS = 2;

    private LargeDatabase() {}

    public static void main(String[] args) throws Exception {
        if (args.length >= 4 && args[0].equals("build")) {
            LuceneOptions.Quantisation q = LuceneOptions.Quantisation.valueOf(args.length > 4 ? args[4] : "NONE");
            build(Path.of(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]), q);
        } else if (args.length >= 4 && args[0].equals("search")) {
            int[] widths =
                    Arrays.stream(args).skip(3).mapToInt(Integer::parseInt).toArray();
            search(Path.of(args[1]), Integer.parseInt(args[2]), widths);
        } else if (args.length == 4 && args[0].equals("exact")) {
            EmbeddingLikeVectors vectors = new EmbeddingLikeVectors(Integer.parseInt(args[2]), SEED);
            try (ExactDatabase exact =
                    ExactSpeed.filled(Integer.parseInt(args[1]), Integer.parseInt(args[2]), vectors)) {
                ExactSpeed.compare(exact, queries(vectors, Integer.parseInt(args[3])), K);
            }
        } else {
            throw new IllegalArgumentException("expected: build DIR COUNT DIMENSION [NONE|INT7|INT4],"
                    + " search DIR QUERIES WIDTH..., or exact COUNT DIMENSION QUERIES");
        }
    }

    private static void build(Path directory, int count, int dimension, LuceneOptions.Quantisation quantisation)
            throws IOException {
        EmbeddingLikeVectors vectors = new EmbeddingLikeVectors(dimension, SEED);
        SignedDistanceField[] fields =
                IntStream.range(0, 64).mapToObj(LargeDatabase::field).toArray(SignedDistanceField[]::new);
        GarmentAttributes.Category[] categories = GarmentAttributes.Category.values();
        LuceneOptions options = LuceneOptions.defaults()
                .withThreads(THREADS)
                .withBufferMegabytes(1000)
                .withQuantisation(quantisation);
        long started = System.nanoTime();
        long made = 0;
        try (LuceneDatabase database = LuceneDatabase.create(directory, dimension, "embedding-like", options)) {
            for (int from = 0; from < count; from += BATCH) {
                long before = System.nanoTime();
                List<StructureEntry> batch = IntStream.range(from, Math.min(count, from + BATCH))
                        .parallel()
                        .mapToObj(i -> new StructureEntry(
                                "garment-" + i,
                                vectors.get(i),
                                fields[i % fields.length],
                                GarmentAttributes.of(categories[i % categories.length]),
                                "group-" + i / 4))
                        .toList();
                made += System.nanoTime() - before;
                database.add(batch);
                if ((from + BATCH) % 50_000 == 0) {
                    print("%d entries, %s%n", from + BATCH, times(started, made));
                }
            }
            database.commit();
            print("all committed, %s%n", times(started, made));
            database.compact();
            database.commit();
            print("one part, %s, %.0f MB%n", times(started, made), database.size() / 1e6);
        }
    }

    private static String times(long started, long made) {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return String.format(
                Locale.ROOT,
                "%.0f s, of which %.0f s made the vectors; %.0f s of processors",
                (System.nanoTime() - started) / 1e9,
                made / 1e9,
                system.getProcessCpuTime() / 1e9);
    }

    private static SignedDistanceField field(int i) {
        int side = StandardFrame.FIELD_SIDE;
        boolean[] inside = new boolean[side * side];
        for (int c = 0; c < inside.length; c++) {
            double x = (c % side + 0.5) / side - 0.5;
            double y = (c / side + 0.5) / side - 0.5;
            inside[c] = Math.abs(x) < 0.15 + 0.004 * (i % 8) + 0.2 * y * y && Math.abs(y) < 0.2 + 0.02 * (i / 8);
        }
        return SignedDistanceField.of(new Silhouette(side, side, inside));
    }

    private static void search(Path directory, int queryCount, int[] widths) throws Exception {
        long started = System.nanoTime();
        LuceneDatabase database = LuceneDatabase.open(directory);
        int dimension = database.dimension();
        print("%d entries of %d, opened and verified in %.2f s%n", database.count(), dimension, seconds(started));
        EmbeddingLikeVectors vectors = new EmbeddingLikeVectors(dimension, SEED);
        List<float[]> queries = queries(vectors, queryCount);
        List<Set<String>> truth = truth(database.count(), vectors, queries);
        database.close();
        for (int width : widths) {
            try (LuceneDatabase graph =
                    LuceneDatabase.open(directory, LuceneOptions.defaults().withSearchWidth(width))) {
                AtomicInteger hits = new AtomicInteger();
                ExactSpeed.inParallel(
                        THREADS, queries.size(), i -> hits.addAndGet(found(graph, queries.get(i), truth.get(i))));
                long begun = System.nanoTime();
                int rounds = 0;
                do {
                    ExactSpeed.inParallel(
                            THREADS, queries.size(), i -> graph.search(queries.get(i), K, EntryFilter.any()));
                    rounds++;
                } while (seconds(begun) < 4);
                print(
                        "width %d: recall@%d %.4f, %.0f queries/s of %d threads%n",
                        width,
                        K,
                        hits.get() / (double) (K * queries.size()),
                        rounds * queries.size() / seconds(begun),
                        THREADS);
            }
        }
    }

    private static List<float[]> queries(EmbeddingLikeVectors vectors, int count) {
        return IntStream.range(0, count).mapToObj(i -> vectors.get(-1L - i)).toList();
    }

    private static int found(StructureDatabase graph, float[] query, Set<String> truth) {
        int hits = 0;
        for (Neighbour n : graph.search(query, K, EntryFilter.any())) {
            hits += truth.contains(n.entry().id()) ? 1 : 0;
        }
        return hits;
    }

    private static List<Set<String>> truth(int count, EmbeddingLikeVectors vectors, List<float[]> queries)
            throws InterruptedException {
        try (ExactDatabase exact = ExactSpeed.filled(count, queries.get(0).length, vectors)) {
            ExactSpeed.compare(exact, queries, K);
            List<Set<String>> out = new ArrayList<>();
            for (List<Neighbour> found : exact.searchAll(queries, K, EntryFilter.any())) {
                Set<String> ids = new HashSet<>();
                found.forEach(f -> ids.add(f.entry().id()));
                out.add(ids);
            }
            return out;
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}
