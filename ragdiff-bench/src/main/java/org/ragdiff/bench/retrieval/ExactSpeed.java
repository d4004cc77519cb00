package org.ragdiff.bench.retrieval;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.retrieval.database.ExactDatabase;

/**
 * The time of exact search beside that of reading as much memory, by as many threads, in turns; and of
 * batches. One query has to read every vector, so reading is the limit; a batch is bound by products. With
 * {@code -XX:ActiveProcessorCount=1} all runs in one thread and its processor time is measured, which a busy
 * machine disturbs less than wall time.
 */
final class ExactSpeed {
    private static final int TURNS = 41;
    private static final int WARM_UP = 10;
    private static final int BATCH_TURNS = 5;
    /** Entries made and added at a time. */
    private static final int ADDED = 1000;

    private static final int FLOATS = 1 << 20;

    private static volatile float sink;

    private ExactSpeed() {}

    /** Vectors 0 to count-1 with names {@code garment-0…}; the caller's to close. */
    static ExactDatabase filled(int count, int dimension, EmbeddingLikeVectors vectors) {
        int side = StandardFrame.FIELD_SIDE;
        // One field for all: a search does not look at it.
        SignedDistanceField none = new SignedDistanceField(side, new float[side * side]);
        ExactDatabase exact = new ExactDatabase(dimension, "embedding-like");
        for (int from = 0; from < count; from += ADDED) {
            exact.upsert(IntStream.range(from, Math.min(count, from + ADDED))
                    .parallel()
                    .mapToObj(i ->
                            new StructureEntry("garment-" + i, vectors.get(i), none, GarmentAttributes.UNKNOWN, ""))
                    .toList());
        }
        return exact;
    }

    /** Measures and prints; as many threads as the search uses. */
    static void compare(ExactDatabase exact, List<float[]> queries, int k) throws InterruptedException {
        int threads = Runtime.getRuntime().availableProcessors();
        double numbers = (double) exact.count() * exact.dimension();
        float[][] memory = new float[(int) Math.ceil(numbers / FLOATS)][FLOATS];
        for (float[] part : memory) {
            Arrays.fill(part, 1);
        }
        double share = numbers / ((double) memory.length * FLOATS);
        List<Double> searching = new ArrayList<>();
        List<Double> reading = new ArrayList<>();
        for (int turn = 0; turn < WARM_UP + TURNS; turn++) {
            float[] query = queries.get(turn % queries.size());
            double search = seconds(threads, () -> exact.search(query, k, EntryFilter.any()));
            double read = share * seconds(threads, () -> inParallel(threads, memory.length, i -> touch(memory[i])));
            if (turn >= WARM_UP) {
                searching.add(search);
                reading.add(read);
            }
        }
        print(
                "%d x %d, %s; %d turns%n",
                exact.count(),
                exact.dimension(),
                threads == 1 ? "processor time of one thread" : "wall time of " + threads + " threads",
                TURNS);
        for (double quantile : new double[] {0.5, 0.1}) {
            double search = quantile(searching, quantile);
            double read = quantile(reading, quantile);
            print(
                    "quantile %.1f: one query %.1f ms (%.1f GB/s), reading the memory %.1f ms (%.1f GB/s), ratio %.2f%n",
                    quantile, 1e3 * search, 4e-9 * numbers / search, 1e3 * read, 4e-9 * numbers / read, search / read);
        }
        for (int i = 0; i < WARM_UP; i++) {
            exact.searchAll(queries.subList(0, Math.min(16, queries.size())), k, EntryFilter.any());
        }
        for (int size : new int[] {3, 16, 48, queries.size()}) {
            List<float[]> batch = queries.subList(0, Math.min(size, queries.size()));
            List<Double> times = new ArrayList<>();
            for (int turn = 0; turn < BATCH_TURNS; turn++) {
                times.add(seconds(threads, () -> exact.searchAll(batch, k, EntryFilter.any())));
            }
            double each = quantile(times, 0.5) / batch.size();
            print(
                    "%d queries at once: %.2f ms each (%.1f GFLOP/s), median of %d%n",
                    batch.size(), 1e3 * each, 2e-9 * numbers / each, BATCH_TURNS);
        }
    }

    /** One number of each cache line: the memory's speed, not the processor's. */
    private static void touch(float[] part) {
        float sum = 0;
        for (int i = 0; i < part.length; i += 16) {
            sum += part[i];
        }
        sink = sum;
    }

    /** Each of the numbers below n once. */
    static void inParallel(int threads, int n, IntConsumer work) throws InterruptedException {
        if (threads == 1) {
            IntStream.range(0, n).forEach(work);
            return;
        }
        AtomicInteger next = new AtomicInteger();
        List<Thread> started = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread thread = new Thread(() -> {
                for (int i = next.getAndIncrement(); i < n; i = next.getAndIncrement()) {
                    work.accept(i);
                }
            });
            thread.start();
            started.add(thread);
        }
        for (Thread t : started) {
            t.join();
        }
    }

    private interface Timed {
        void run() throws InterruptedException;
    }

    private static double seconds(int threads, Timed work) throws InterruptedException {
        long begun = now(threads);
        work.run();
        return (now(threads) - begun) / 1e9;
    }

    private static long now(int threads) {
        return threads == 1 ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() : System.nanoTime();
    }

    private static double quantile(List<Double> times, double quantile) {
        return times.stream().sorted().toList().get((int) (quantile * times.size()));
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}
