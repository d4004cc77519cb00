package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;

/**
 * out = alpha · a · b, or out += alpha · a · b, for batches of strided matrices: sizes and strides of each,
 * the last two dimensions being rows and columns.
 */
record Product(
        long[] aSizes,
        long[] aStrides,
        long[] bSizes,
        long[] bStrides,
        long[] outSizes,
        long[] outStrides,
        float alpha,
        boolean accumulate) {

    /** @param low whether a and b are bfloat16; out is float32 always */
    void run(ExecutionState s, boolean low, long a, long b, long out) {
        s.call(key(low), () -> compile(low)).run(s, a, b, out);
    }

    private ShapeKey key(boolean low) {
        long[][] parts = {aSizes, aStrides, bSizes, bStrides, outSizes, outStrides};
        long[] values = new long[3 + parts.length * outSizes.length];
        values[0] = Float.floatToIntBits(alpha);
        values[1] = accumulate ? 1 : 0;
        values[2] = low ? 1 : 0;
        for (int i = 0; i < parts.length; i++) {
            System.arraycopy(parts[i], 0, values, 3 + i * outSizes.length, outSizes.length);
        }
        return new ShapeKey("matmul", values);
    }

    private Call compile(boolean low) {
        memory.data_type type = low ? Layouts.BF16 : Layouts.F32;
        memory.desc a = Layouts.strided(type, aSizes, aStrides);
        memory.desc b = Layouts.strided(type, bSizes, bStrides);
        memory.desc out = Layouts.strided(Layouts.F32, outSizes, outStrides);
        matmul.primitive_desc pd =
                new matmul.primitive_desc(CpuEngine.get(), a, b, out, Layouts.scaled(alpha, accumulate), false);
        return new Call(
                new matmul(pd), pd, new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST}, new memory.desc[] {
                    a, b, out
                });
    }
}
