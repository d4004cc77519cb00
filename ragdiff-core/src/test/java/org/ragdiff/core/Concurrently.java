package org.ragdiff.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Calls on many threads that begin together, for tests of thread-safety. */
public final class Concurrently {
    private Concurrently() {}

    /** What one call computes. */
    @FunctionalInterface
    public interface Call<T> {
        T run(int index) throws Exception;
    }

    /** Results of calls 0 to {@code calls} − 1, {@code threads} of them at a time. */
    public static <T> List<T> run(int threads, int calls, Call<T> call) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch start = new CountDownLatch(Math.min(threads, calls));
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                int index = i;
                futures.add(pool.submit(() -> {
                    start.countDown();
                    start.await();
                    return call.run(index);
                }));
            }
            List<T> out = new ArrayList<>();
            for (Future<T> f : futures) {
                out.add(f.get());
            }
            return out;
        } finally {
            pool.shutdownNow();
        }
    }
}
