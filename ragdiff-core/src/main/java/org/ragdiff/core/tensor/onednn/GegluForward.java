package org.ragdiff.core.tensor.onednn;

import org.ragdiff.core.tensor.Activation;

/**
 * a · GELU(b) of the halves a, b of the channels of rows [M, 2·C], compiled: strip by strip, so that a strip
 * lies in the cache from the gate's copy to the product. Not thread-safe.
 */
final class GegluForward implements PrimitiveCache.Compiled {
    private static final long STRIP_BYTES_OF_THREAD = 512L << 10;

    private final long m;
    private final long c;
    private final long strip;
    private final Strip whole;
    /** For the rows that are left, or null. */
    private final Strip rest;

    private GegluForward(long m, long c, int threads) {
        this.m = m;
        this.c = c;
        this.strip = Math.max(1, Math.min(m, STRIP_BYTES_OF_THREAD * threads / (c * Float.BYTES)));
        this.whole = new Strip(strip, c);
        this.rest = m % strip == 0 ? null : new Strip(m % strip, c);
    }

    /** @param threads that oneDNN computes with */
    static GegluForward compile(long m, long c, int threads) {
        return new GegluForward(m, c, threads);
    }

    private static final class Strip {
        final Call copy;
        final Call gelu;
        final Call multiply;

        Strip(long rows, long c) {
            copy = Reorders.compileBlock(2 * c, c, rows, c);
            gelu = Elementwise.compile(Activation.GELU, rows * c);
            multiply = Elementwise.compileMultiply(rows * c);
        }

        void close() {
            copy.close();
            gelu.close();
            multiply.close();
        }
    }

    long scratchBytes() {
        return strip * c * Float.BYTES;
    }

    void run(ExecutionState s, long x, long out, long scratch) {
        long row = c * Float.BYTES;
        for (long i = 0; i < m; i += strip) {
            Strip p = i + strip <= m ? whole : rest;
            long from = x + i * 2 * row;
            long to = out + i * row;
            p.copy.run(s, from + row, scratch);
            p.copy.run(s, from, to);
            p.gelu.run(s, scratch, scratch);
            p.multiply.run(s, to, scratch, to);
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
