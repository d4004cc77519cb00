package org.ragdiff.core.tensor.onednn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What oneDNN has no primitive for, as Java loops that the compiler vectorises, over pieces copied to arrays
 * that stay in the processor's second-level cache, split over threads. Thread-safe.
 */
final class HostLoops implements AutoCloseable {
    /** Elements of a piece, at most. */
    static final int CHUNK = 8192;
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

    /** Elements [from, from + count) of one of several arrays. */
    record Piece(int array, long from, int count) {}

    /** A thread's arrays for pieces. */
    static final class Buffers {
        final float[] a = new float[CHUNK];
        final float[] b = new float[CHUNK];
        final float[] c = new float[CHUNK];
        final float[] d = new float[CHUNK];
    }

    private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

    static Buffers buffers() {
        return BUFFERS.get();
    }

    static FloatPointer at(long address, long element) {
        return new FloatPointer(new RawAddress().at(address + element * Float.BYTES));
    }

    /** Runs a loop over all pieces of arrays of these lengths. */
    void forEach(long[] lengths, Consumer<Piece> body) {
        sum(lengths, piece -> {
            body.accept(piece);
            return 0;
        });
    }

    /** Adds up what a loop gives for each piece, in an order that depends on the lengths alone. */
    private double sum(long[] lengths, ToDoubleFunction<Piece> body) {
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < lengths.length; i++) {
            for (long from = 0; from < lengths[i]; from += CHUNK) {
                pieces.add(new Piece(i, from, (int) Math.min(CHUNK, lengths[i] - from)));
            }
        }
        double[] parts = new double[pieces.size()];
        long total = Arrays.stream(lengths).sum();
        int shares = pool == null || total < PARALLEL_FROM ? 1 : threads;
        List<Future<?>> others = new ArrayList<>();
        int end = 0;
        long done = pieces.isEmpty() ? 0 : pieces.get(0).count;
        int firstEnd = 0;
        for (int share = 0; share < shares; share++) {
            int start = end;
            while (end < pieces.size() && (done * shares <= total * (share + 1) || share == shares - 1)) {
                end++;
                done += end < pieces.size() ? pieces.get(end).count : 0;
            }
            int stop = end;
            if (share == 0) {
                firstEnd = stop;
            } else {
                others.add(pool.submit(() -> run(pieces, start, stop, body, parts)));
            }
        }
        run(pieces, 0, firstEnd, body, parts);
        others.forEach(HostLoops::await);
        return Arrays.stream(parts).sum();
    }

    private static void run(List<Piece> pieces, int from, int to, ToDoubleFunction<Piece> body, double[] parts) {
        for (int i = from; i < to; i++) {
            parts[i] = body.applyAsDouble(pieces.get(i));
        }
    }

    private static void await(Future<?> f) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    f.get();
                    return;
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

    double sumOfSquares(List<INDArray> arrays) {
        return sum(arrays.stream().mapToLong(INDArray::length).toArray(), piece -> {
            float[] values = buffers().a;
            at(RawAddress.of(arrays.get(piece.array)), piece.from).get(values, 0, piece.count);
            return sumOfSquares(values, piece.count);
        });
    }

    /** Squares are added in float32 over strips of a piece, and the strips' sums in double. */
    private static double sumOfSquares(float[] values, int n) {
        float[] strip = buffers().b;
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

    @Override
    public void close() {
        if (pool != null) {
            pool.shutdown();
        }
    }
}
