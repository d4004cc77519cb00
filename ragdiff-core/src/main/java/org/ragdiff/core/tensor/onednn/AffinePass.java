package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;

import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/**
 * out = x · factor + offset, then SiLU if asked for, with factors and offsets [N, C] of maps [N, T, C]: one
 * pass for one sample, two for several, as oneDNN has no fast way to broadcast a second row over them.
 * Not thread-safe.
 */
final class AffinePass implements PrimitiveCache.Compiled {
    private final Call first;
    /** Adds the offsets, or null if the first pass does. */
    private final Call second;
    /** To bfloat16, or null. A pass of its own, as both at once is left to oneDNN's slow reference code. */
    private final Call convert;

    private final long mapBytes;

    AffinePass(long n, long t, long c, boolean silu, boolean lowOut) {
        if (n == 1) {
            first = fused(t, c, silu);
            second = null;
        } else {
            first = RowOperations.compileMultiply(n, t, c);
            second = silu ? RowOperations.compileAddThenSilu(n, t, c) : RowOperations.compileAdd(n, t, c);
        }
        long count = n * t * c;
        mapBytes = lowOut ? count * Float.BYTES : 0;
        convert =
                lowOut ? Reorders.compile(Layouts.dense(Layouts.F32, count), Layouts.dense(Layouts.BF16, count)) : null;
    }

    private static Call fused(long t, long c, boolean silu) {
        memory.desc map = Layouts.nhwc(Layouts.F32, 1, t, 1, c);
        memory.desc row = Layouts.nhwc(Layouts.F32, 1, 1, 1, c);
        primitive_attr attributes = Layouts.attributes();
        post_ops post = new post_ops();
        post.append_binary(algorithm.binary_add, row);
        if (silu) {
            post.append_eltwise(algorithm.eltwise_swish, 1, 0);
        }
        attributes.set_post_ops(post);
        binary.primitive_desc pd =
                new binary.primitive_desc(CpuEngine.get(), algorithm.binary_mul, map, row, map, attributes, false);
        int[] arguments = {
            DNNL_ARG_SRC_0, DNNL_ARG_SRC_1, DNNL_ARG_DST, DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1
        };
        return new Call(new binary(pd), pd, arguments, new memory.desc[] {map, row, map, row});
    }

    /** Of the map that {@link #run} overwrites. */
    long mapBytes() {
        return mapBytes;
    }

    /** @param map scratch of {@link #mapBytes} bytes */
    void run(ExecutionState s, long x, long factor, long offset, long map, long out) {
        long to = convert == null ? out : map;
        if (second == null) {
            first.run(s, x, factor, to, offset);
        } else {
            first.run(s, x, factor, to);
            second.run(s, to, offset, to);
        }
        if (convert != null) {
            convert.run(s, map, out);
        }
    }

    @Override
    public void close() {
        first.close();
        if (second != null) {
            second.close();
        }
        if (convert != null) {
            convert.close();
        }
    }
}
