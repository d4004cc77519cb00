package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_SCALES;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;

import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/**
 * alpha · a + beta · b of contiguous memory, compiled; the factors may change from run to run. Not
 * thread-safe.
 */
final class ScaledSum implements PrimitiveCache.Compiled {
    private final Call add;
    private final Call scaled;
    private final Call copy;
    private final float[] factors = new float[2];
    private final RawFloats floats = new RawFloats();

    private ScaledSum(long count) {
        this.add = Elementwise.compileAdd(count);
        this.copy = Elementwise.compileCopy(count);
        memory.desc d = Layouts.dense(Layouts.F32, count);
        memory.desc one = Layouts.dense(Layouts.F32, 1);
        primitive_attr attributes = Layouts.attributes();
        attributes.set_scales_mask(DNNL_ARG_SRC_0, 0);
        attributes.set_scales_mask(DNNL_ARG_SRC_1, 0);
        binary.primitive_desc pd =
                new binary.primitive_desc(CpuEngine.get(), algorithm.binary_add, d, d, d, attributes, false);
        int[] names = {
            DNNL_ARG_SRC_0,
            DNNL_ARG_SRC_1,
            DNNL_ARG_DST,
            DNNL_ARG_ATTR_SCALES | DNNL_ARG_SRC_0,
            DNNL_ARG_ATTR_SCALES | DNNL_ARG_SRC_1
        };
        this.scaled = new Call(new binary(pd), pd, names, new memory.desc[] {d, d, d, one, one});
    }

    static ScaledSum compile(long count) {
        return new ScaledSum(count);
    }

    /** out may be a or b; b is not read if beta is 0. */
    void run(ExecutionState s, float alpha, long a, float beta, long b, long out) {
        if (beta == 0) {
            // 0 times what b may hold need not be 0.
            if (alpha != 1) {
                scaled(s, alpha, a, 0, a, out);
            } else if (a != out) {
                copy.run(s, a, out);
            }
        } else if (out == b) {
            // Only the first operand may be overwritten.
            sum(s, beta, b, alpha, a, out);
        } else {
            sum(s, alpha, a, beta, b, out);
        }
    }

    private void sum(ExecutionState s, float alpha, long a, float beta, long b, long out) {
        if (alpha == 1 && beta == 1) {
            add.run(s, a, b, out);
        } else {
            scaled(s, alpha, a, beta, b, out);
        }
    }

    private void scaled(ExecutionState s, float alpha, long a, float beta, long b, long out) {
        long at = s.workspace().floats(Slot.SCALARS, 2);
        factors[0] = alpha;
        factors[1] = beta;
        floats.at(at).put(factors, 0, 2);
        scaled.run(s, a, b, out, at, at + Float.BYTES);
    }

    @Override
    public void close() {
        add.close();
        scaled.close();
        copy.close();
    }
}
