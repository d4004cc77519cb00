package org.ragdiff.core.tensor.onednn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.FloatPointer;
import org.ragdiff.core.tensor.Kernels.AdamWStep;

/**
 * What oneDNN has no primitive for, as Java loops that the compiler vectorises, over chunks copied to arrays
 * that stay in the processor's second-level cache, split over threads. Thread-safe.
 */
final class HostLoops implements AutoCloseable {
    private static final int CHUNK = 8192;
    /** Below this, handing work to another thread costs more than it saves. */
    private static final long PARALLEL_FROM = 65536;

    private final int threads;
    private final ExecutorService pool;

    HostLoops(int threads) {
        this.threads = threads;
        this.pool = threads == 1
                ? null
                : Executors.newFixedThreadPool(threads - 1, r -> {
                    Thread t = new Thread(r, "ragdiff-loops");
                    t.setDaemon(true);
                    return t;
                });
    }

    private static final class Buffers {
        final float[] a = new float[CHUNK];
        final float[] b = new float[CHUNK];
        final float[] c = new float[CHUNK];
        final float[] d = new float[CHUNK];
    }

    private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

    private interface Range {
        double over(long from, long to);
    }

    /** Σ over ranges that cover [0, count). */
    private double split(long count, Range body) {
        if (pool == null || count < PARALLEL_FROM) {
            return body.over(0, count);
        }
        long share = (count / threads + CHUNK - 1) / CHUNK * CHUNK;
        List<Future<Double>> others = new ArrayList<>();
        for (long from = share; from < count; from += share) {
            long start = from;
            others.add(pool.submit(() -> body.over(start, Math.min(start + share, count))));
        }
        double sum = body.over(0, Math.min(share, count));
        for (Future<Double> f : others) {
            sum += result(f);
        }
        return sum;
    }

    private static double result(Future<Double> f) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return f.get();
                } catch (InterruptedException e) {
                    // The loop uses memory of the caller: it has to end before we may.
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static FloatPointer at(long address, long element) {
        return new FloatPointer(new RawAddress().at(address + element * Float.BYTES));
    }

    double sumOfSquares(long x, long count) {
        return split(count, (from, to) -> {
            float[] values = BUFFERS.get().a;
            double sum = 0;
            for (long i = from; i < to; i += CHUNK) {
                int n = (int) Math.min(CHUNK, to - i);
                at(x, i).get(values, 0, n);
                sum += sumOfSquares(values, n);
            }
            return sum;
        });
    }

    /** Squares are added in float32 over strips of a chunk, and the strips' sums in double. */
    private static double sumOfSquares(float[] values, int n) {
        float[] strip = BUFFERS.get().b;
        int width = CHUNK / 16;
        Arrays.fill(strip, 0, width, 0);
        int i = 0;
        for (; i + width <= n; i += width) {
            addSquares(values, i, strip, width);
        }
        double sum = 0;
        for (; i < n; i++) {
            sum += (double) values[i] * values[i];
        }
        for (int j = 0; j < width; j++) {
            sum += strip[j];
        }
        return sum;
    }

    private static void addSquares(float[] values, int from, float[] sums, int width) {
        for (int j = 0; j < width; j++) {
            sums[j] += values[from + j] * values[from + j];
        }
    }

    void adamW(long parameter, long gradient, long m, long v, long count, AdamWStep step, float gradScale) {
        split(count, (from, to) -> {
            Buffers b = BUFFERS.get();
            for (long i = from; i < to; i += CHUNK) {
                int n = (int) Math.min(CHUNK, to - i);
                at(parameter, i).get(b.a, 0, n);
                at(gradient, i).get(b.b, 0, n);
                at(m, i).get(b.c, 0, n);
                at(v, i).get(b.d, 0, n);
                adamW(b.a, b.b, b.c, b.d, n, step, gradScale);
                at(parameter, i).put(b.a, 0, n);
                at(m, i).put(b.c, 0, n);
                at(v, i).put(b.d, 0, n);
            }
            return 0;
        });
    }

    private static void adamW(float[] p, float[] g, float[] m, float[] v, int n, AdamWStep s, float gradScale) {
        float beta1 = s.beta1();
        float beta2 = s.beta2();
        float decay = 1 - s.learningRate() * s.weightDecay();
        float rate = (float) (s.learningRate() / (1 - Math.pow(beta1, s.step())));
        float root = (float) (1 / Math.sqrt(1 - Math.pow(beta2, s.step())));
        float rest1 = 1 - beta1;
        float rest2 = 1 - beta2;
        float eps = s.eps();
        for (int i = 0; i < n; i++) {
            float grad = g[i] * gradScale;
            float first = m[i] * beta1 + grad * rest1;
            float second = v[i] * beta2 + grad * grad * rest2;
            m[i] = first;
            v[i] = second;
            p[i] = p[i] * decay - rate * first / ((float) Math.sqrt(second) * root + eps);
        }
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.shutdown();
        }
    }
}
