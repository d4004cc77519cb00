package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/**
 * Sums over rows as products with a row of ones, many times faster than oneDNN's own reduction over an outer
 * dimension. Always float32. Stateless.
 */
final class Sums {
    /** Rows summed in one go; longer sums are sums of such, which also keeps rounding small. */
    private static final long CHUNK = 1024;

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

    /** Operands of its runs: T ones, x [N, T, C], out [N, C] = sums over T. */
    static Call compile(long n, long t, long c) {
        memory.desc row = Layouts.strided(Layouts.F32, new long[] {1, 1, t}, t, t, 1);
        memory.desc map = Layouts.dense(Layouts.F32, n, t, c);
        memory.desc out = Layouts.dense(Layouts.F32, n, 1, c);
        matmul.primitive_desc pd =
                new matmul.primitive_desc(CpuEngine.get(), row, map, out, Layouts.attributes(), false);
        return new Call(
                new matmul(pd), pd, new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST}, new memory.desc[] {
                    row, map, out
                });
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
