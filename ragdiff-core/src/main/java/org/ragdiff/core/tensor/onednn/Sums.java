package org.ragdiff.core.tensor.onednn;

import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/**
 * Sums over rows as products with a row of ones, many times faster than oneDNN's own reduction over an outer
 * dimension. Always float32. Stateless.
 */
final class Sums {
    /** Rows summed in one go; longer sums are sums of such, which also keeps rounding small. */
    private static final long CHUNK = 1024;

    /** Length at which rounding stays near that of one addition. */
    private static final int SHORT = 256;

    private Sums() {}

    /** out [C] = column sums of x [M, C]. */
    static void columns(ExecutionState s, long x, long rows, long columns, long out) {
        if (rows <= 2 * CHUNK) {
            batch(s, x, 1, rows, columns, out);
            return;
        }
        long chunks = rows / CHUNK;
        long tail = rows % CHUNK;
        long partial = s.workspace().floats(Slot.PARTIAL_SUMS, (chunks + 1) * columns);
        batch(s, x, chunks, CHUNK, columns, partial);
        if (tail > 0) {
            batch(
                    s,
                    x + chunks * CHUNK * columns * Float.BYTES,
                    1,
                    tail,
                    columns,
                    partial + chunks * columns * Float.BYTES);
        }
        batch(s, partial, 1, chunks + (tail > 0 ? 1 : 0), columns, out);
    }

    /** Sums over T of x [N, T, C], added up in double where T can be divided. */
    static double[] overTokens(ExecutionState s, long x, int n, int t, int c) {
        int parts = 1;
        while (t / parts > SHORT && t % (2 * parts) == 0) {
            parts *= 2;
        }
        long partial = s.workspace().floats(Slot.PARTIAL_SUMS, (long) n * parts * c);
        batch(s, x, (long) n * parts, t / parts, c, partial);
        float[] values = Workspace.read(partial, n * parts * c);
        double[] sums = new double[n * c];
        for (int i = 0; i < n * parts; i++) {
            int to = i / parts * c;
            for (int j = 0; j < c; j++) {
                sums[to + j] += values[i * c + j];
            }
        }
        return sums;
    }

    /** out [B, C] = sums over T of x [B, T, C]. */
    static void batch(ExecutionState s, long x, long batch, long rows, long columns, long out) {
        long ones = s.workspace().ones(rows);
        Product p = new Product(
                new long[] {1, 1, rows},
                new long[] {rows, rows, 1},
                new long[] {batch, rows, columns},
                new long[] {rows * columns, columns, 1},
                new long[] {batch, 1, columns},
                new long[] {columns, columns, 1},
                1,
                false);
        p.run(s, false, ones, x, out);
    }
}
