package org.ragdiff.solr;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureExamples;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two shards with two replicas each on two nodes: searches by the graphs against sorting all inner products,
 * then while a node is lost. {@code -Dragdiff.solr.entries=100000} runs it at that size, in some minutes.
 */
class SolrClusterTest {
    private static final Logger LOG = LoggerFactory.getLogger(SolrClusterTest.class);
    private static final int ENTRIES = Integer.getInteger("ragdiff.solr.entries", 5000);
    private static final int DIMENSION = 128;
    private static final int K = 10;
    private static final int QUERIES = 100;

    @TempDir
    Path directory;

    private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, 5);
    private final float[][] embeddings = new float[ENTRIES][];
    private final float[][] queries = new float[QUERIES][];
    private final List<Set<String>> truth = new ArrayList<>();

    @Test
    void findsWhatExactSearchFindsAndStillWhenANodeIsLost() throws Exception {
        SolrOptions options =
                SolrOptions.defaults().withShards(2).withReplicas(2).withExactUpTo(0);
        try (TwoNodes nodes = new TwoNodes(directory)) {
            SolrOptions patient = options.withTimeouts(Duration.ofSeconds(30), Duration.ofMinutes(30));
            try (SolrDatabase db = SolrDatabase.create(nodes.urls(), "large", DIMENSION, "encoder-a", patient)) {
                fill(db);
            }
            for (int q = 0; q < QUERIES; q++) {
                queries[q] = vectors.next();
                truth.add(nearest(queries[q]));
            }
            try (SolrDatabase db = SolrDatabase.open(nodes.urls(), "large", options, "encoder-a")) {
                searchAndLoseANode(nodes, db);
            }
            // Another process, which knows the lost node's address too.
            try (SolrDatabase late = SolrDatabase.open(nodes.urls(), "large", options, "encoder-a")) {
                assertThat(recall(late)).isGreaterThanOrEqualTo(0.95);
                // Written with what is left of the replicas.
                StructureEntry more = StructureExamples.entry("late", new Random(3), DIMENSION);
                late.add(List.of(more));
                late.commit();
                assertThat(late.search(more.embedding(), 1, EntryFilter.any())
                                .get(0)
                                .entry()
                                .id())
                        .isEqualTo("late");
            }
        }
    }

    private void searchAndLoseANode(TwoNodes nodes, SolrDatabase db) throws Exception {
        assertThat(db.count()).isEqualTo(ENTRIES);
        recall(db);
        long start = System.nanoTime();
        double before = processorSeconds();
        double recall = recall(db);
        LOG.info(
                "{} entries of {} numbers: recall@{} {}; a query takes {} ms, {} ms of processors",
                ENTRIES,
                DIMENSION,
                K,
                recall,
                (System.nanoTime() - start) / 1_000_000 / QUERIES,
                Math.round(1000 * (processorSeconds() - before) / QUERIES));
        assertThat(recall).isGreaterThanOrEqualTo(0.95);
        loseANodeDuringQueries(nodes, db);
        assertThat(db.count()).isEqualTo(ENTRIES);
        assertThat(recall(db)).isGreaterThanOrEqualTo(0.95);
    }

    private void fill(SolrDatabase db) {
        long start = System.nanoTime();
        Random random = new Random(6);
        List<StructureEntry> batch = new ArrayList<>();
        StructureEntry shape = StructureExamples.entry("shape", random, DIMENSION);
        for (int i = 0; i < ENTRIES; i++) {
            embeddings[i] = vectors.next();
            batch.add(new StructureEntry(
                    String.valueOf(i), embeddings[i], shape.field(), shape.attributes(), "group-" + i % 7));
            if (batch.size() == 5000 || i == ENTRIES - 1) {
                db.upsert(batch);
                batch.clear();
            }
        }
        db.commit();
        // A node that merges takes a while to stop.
        db.compact(10);
        LOG.info(
                "{} entries added and committed in {} s, {} s of processors since the start",
                ENTRIES,
                (System.nanoTime() - start) / 1_000_000_000,
                Math.round(processorSeconds()));
    }

    /** Of the client and both nodes, which run in this process. */
    private static double processorSeconds() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    /** By float64 inner products with all embeddings. */
    private Set<String> nearest(float[] query) {
        double[] products = new double[ENTRIES];
        for (int i = 0; i < ENTRIES; i++) {
            for (int d = 0; d < DIMENSION; d++) {
                products[i] += (double) query[d] * embeddings[i][d];
            }
        }
        return IntStream.range(0, ENTRIES)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -products[i]))
                .limit(K)
                .map(String::valueOf)
                .collect(Collectors.toSet());
    }

    private double recall(SolrDatabase db) {
        int found = 0;
        for (int q = 0; q < QUERIES; q++) {
            found += shared(db, q);
        }
        return (double) found / (K * QUERIES);
    }

    private int shared(SolrDatabase db, int q) {
        return (int) db.search(queries[q], K, EntryFilter.any()).stream()
                .filter(n -> truth.get(q).contains(n.entry().id()))
                .count();
    }

    /** No query fails or is answered in part while a node stops. */
    private void loseANodeDuringQueries(TwoNodes nodes, SolrDatabase db) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            AtomicBoolean enough = new AtomicBoolean();
            AtomicInteger asked = new AtomicInteger();
            AtomicInteger found = new AtomicInteger();
            List<Future<?>> askers = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                askers.add(threads.submit(() -> {
                    while (!enough.get()) {
                        found.addAndGet(shared(db, asked.getAndIncrement() % QUERIES));
                    }
                }));
            }
            await(asked, 50);
            nodes.lose(0);
            await(asked, asked.get() + 50);
            enough.set(true);
            for (Future<?> asker : askers) {
                asker.get();
            }
            assertThat((double) found.get() / (K * asked.get())).isGreaterThanOrEqualTo(0.95);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void await(AtomicInteger count, int least) throws InterruptedException {
        long end = System.nanoTime() + 120_000_000_000L;
        while (count.get() < least) {
            assertThat(System.nanoTime()).as("searches are answered").isLessThan(end);
            Thread.sleep(10);
        }
    }
}
