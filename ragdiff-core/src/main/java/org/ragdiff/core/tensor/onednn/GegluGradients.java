package org.ragdiff.core.tensor.onednn;

import org.ragdiff.core.tensor.Activation;

/**
 * Gradients of a · GELU(b) by the halves a, b of the channels of rows [M, 2·C], compiled: g · GELU(b) and
 * g · a · GELU′(b), strip by strip, so that a strip lies in the cache from the halves' copies to the gradients'. Not
 * thread-safe.
 */
final class GegluGradients implements PrimitiveCache.Compiled {
    private static final long STRIP_BYTES_OF_THREAD = 1L << 20;

    private final long m;
    private final long c;
    private final long strip;
    private final Strip whole;
    /** For the rows that are left, or null. */
    private final Strip rest;

    private GegluGradients(long m, long c, int threads) {
        this.m = m;
        this.c = c;
        this.strip = Math.max(1, Math.min(m, STRIP_BYTES_OF_THREAD * threads / (c * Float.BYTES)));
        this.whole = new Strip(strip, c);
        this.rest = m % strip == 0 ? null : new Strip(m % strip, c);
    }

    /** @param threads that oneDNN computes with */
    static GegluGradients compile(long m, long c, int threads) {
        return new GegluGradients(m, c, threads);
    }

    private static final class Strip {
        final Call take;
        final Call place;
        final Call gelu;
        final Call geluGradient;
        final Call multiply;

        Strip(long rows, long c) {
            take = Reorders.compileBlock(2 * c, c, rows, c);
            place = Reorders.compileBlock(c, 2 * c, rows, c);
            gelu = Elementwise.compile(Activation.GELU, rows * c);
            geluGradient = ElementwiseGradients.compile(Activation.GELU, rows * c);
            multiply = Elementwise.compileMultiply(rows * c);
        }

        void close() {
            take.close();
            place.close();
            gelu.close();
            geluGradient.close();
            multiply.close();
        }
    }

    /** Of a strip of the gate, and of one of a gradient. */
    long scratchBytes() {
        return 2 * strip * c * Float.BYTES;
    }

    /** Addresses of x [M, 2·C], gradOut [M, C] and gradX [M, 2·C], which overlaps neither. */
    void run(ExecutionState s, long x, long gradOut, long gradX, long scratch) {
        long half = c * Float.BYTES;
        long gate = scratch;
        long grad = scratch + strip * half;
        for (long i = 0; i < m; i += strip) {
            Strip p = i + strip <= m ? whole : rest;
            long from = x + 2 * i * half;
            long to = gradX + 2 * i * half;
            long g = gradOut + i * half;
            p.take.run(s, from + half, gate);
            p.gelu.run(s, gate, grad);
            p.multiply.run(s, grad, g, grad);
            p.place.run(s, grad, to);
            p.take.run(s, from, grad);
            p.multiply.run(s, grad, g, grad);
            p.geluGradient.run(s, gate, grad, grad);
            p.place.run(s, grad, to + half);
        }
    }

    @Override
    public void close() {
        whole.close();
        if (rest != null) {
            rest.close();
        }
    }
}
