package org.ragdiff.diffusion.diffusers;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ragdiff.core.io.TensorSource;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.Parameter;

/**
 * Reads weights by a few threads, each tensor into its parameter's own memory: from a page cache this is bound by the
 * faults of fresh memory, which threads share. No weight passes through Java's heap, half precision excepted, whose
 * values are widened a mebibyte at a time.
 */
final class ParallelReading {
    private static final int MOST_THREADS = 8;

    private ParallelReading() {}

    /** @param stored the tensor's name for each of the module's parameters */
    static void into(Module module, TensorSource source, Map<String, String> stored) throws IOException {
        Map<String, Parameter> parameters = module.parameters();
        Iterator<Map.Entry<String, String>> queue = stored.entrySet().iterator();
        int threads = Math.max(1, Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
        ExecutorService pool = Executors.newFixedThreadPool(threads, r -> {
            Thread t = new Thread(r, "ragdiff-reading");
            t.setDaemon(true);
            return t;
        });
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(pool.submit(() -> {
                    for (Map.Entry<String, String> e = next(queue); e != null; e = next(queue)) {
                        source.readFloat(
                                e.getValue(), parameters.get(e.getKey()).value());
                    }
                    return null;
                }));
            }
            for (Future<?> f : all) {
                f.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while reading weights").initCause(e);
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        } finally {
            finish(pool, queue);
        }
    }

    private static Map.Entry<String, String> next(Iterator<Map.Entry<String, String>> queue) {
        synchronized (queue) {
            return queue.hasNext() ? queue.next() : null;
        }
    }

    /** No thread may still write into a module that its owner closes. */
    private static void finish(ExecutorService pool, Iterator<Map.Entry<String, String>> queue) {
        synchronized (queue) {
            queue.forEachRemaining(e -> {});
        }
        pool.shutdown();
        boolean interrupted = false;
        while (!pool.isTerminated()) {
            try {
                pool.awaitTermination(1, java.util.concurrent.TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static IOException unwrapped(Throwable cause) {
        if (cause instanceof IOException e) {
            return e;
        }
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
        return new IOException(cause);
    }
}
