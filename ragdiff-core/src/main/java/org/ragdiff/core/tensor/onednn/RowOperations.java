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
 * Pointwise passes that combine a map [N, T, C] with one row [N, C] for each sample, and do one more thing
 * on the way. Oneself as the output is allowed for the map.
 */
record RowOperations(ExecutionState s, long n, long t, long c) {
    private enum Then {
        NOTHING,
        SQUARE,
        SILU,
        ADD_TO_OUTPUT,
        MULTIPLY
    }

    /** out = x + row. */
    void add(long x, long row, long out) {
        call(algorithm.binary_add, Then.NOTHING).run(s, x, row, out);
    }

    private Call call(algorithm operation, Then then) {
        return s.call(
                new ShapeKey("rows", operation.value, then.ordinal(), n, t, c),
                () -> compile(operation, then, n, t, c));
    }

    /** Operands of its runs: x, row, out = x + row. */
    static Call compileAdd(long n, long t, long c) {
        return compile(algorithm.binary_add, Then.NOTHING, n, t, c);
    }

    /** Operands of its runs: x, row, out += x · row. */
    static Call compileMultiplyOnto(long n, long t, long c) {
        return compile(algorithm.binary_mul, Then.ADD_TO_OUTPUT, n, t, c);
    }

    /** Operands of its runs: x, row, out = (x − row) · map, map. */
    static Call compileSubtractThenMultiply(long n, long t, long c) {
        return compile(algorithm.binary_sub, Then.MULTIPLY, n, t, c);
    }

    /** Operands of its runs: x, row, out = (x − row)². */
    static Call compileSquaredDistance(long n, long t, long c) {
        return compile(algorithm.binary_sub, Then.SQUARE, n, t, c);
    }

    /** Operands of its runs: x, row, out = SiLU(x + row). */
    static Call compileAddThenSilu(long n, long t, long c) {
        return compile(algorithm.binary_add, Then.SILU, n, t, c);
    }

    /** Operands of its runs: x, row, out = x · row. */
    static Call compileMultiply(long n, long t, long c) {
        return compile(algorithm.binary_mul, Then.NOTHING, n, t, c);
    }

    private static Call compile(algorithm operation, Then then, long n, long t, long c) {
        memory.desc map = Layouts.dense(Layouts.F32, n, t, c);
        memory.desc row = Layouts.dense(Layouts.F32, n, 1, c);
        primitive_attr attributes = Layouts.attributes();
        if (then != Then.NOTHING) {
            post_ops post = new post_ops();
            switch (then) {
                case SQUARE -> post.append_eltwise(algorithm.eltwise_square, 0, 0);
                case SILU -> post.append_eltwise(algorithm.eltwise_swish, 1, 0);
                case ADD_TO_OUTPUT -> post.append_sum();
                default -> post.append_binary(algorithm.binary_mul, map);
            }
            attributes.set_post_ops(post);
        }
        binary.primitive_desc pd =
                new binary.primitive_desc(CpuEngine.get(), operation, map, row, map, attributes, false);
        boolean two = then == Then.MULTIPLY;
        int[] arguments = two
                ? new int[] {
                    DNNL_ARG_SRC_0, DNNL_ARG_SRC_1, DNNL_ARG_DST, DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1
                }
                : new int[] {DNNL_ARG_SRC_0, DNNL_ARG_SRC_1, DNNL_ARG_DST};
        memory.desc[] layouts = two ? new memory.desc[] {map, row, map, map} : new memory.desc[] {map, row, map};
        return new Call(new binary(pd), pd, arguments, layouts);
    }
}
