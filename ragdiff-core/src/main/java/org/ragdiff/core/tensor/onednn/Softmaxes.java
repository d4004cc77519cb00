package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.softmax_forward;

/** Softmax of rows. Stateless. */
final class Softmaxes {
    private Softmaxes() {}

    /** out [M, C], float32 or bfloat16, from float32 x [M, C]; the same address is allowed for float32. */
    static void forward(ExecutionState s, long x, long rows, long columns, boolean lowOut, long out) {
        s.call(new ShapeKey("softmax", rows, columns, lowOut ? 1 : 0), () -> compile(rows, columns, lowOut))
                .run(s, x, out);
    }

    /** Operands of its runs: x, out. */
    static Call compile(long rows, long columns, boolean lowOut) {
        memory.desc from = Layouts.dense(Layouts.F32, rows, columns);
        memory.desc to = Layouts.dense(lowOut ? Layouts.BF16 : Layouts.F32, rows, columns);
        softmax_forward.primitive_desc pd = forward(from, to);
        return new Call(
                new softmax_forward(pd), pd, new int[] {DNNL_ARG_SRC, DNNL_ARG_DST}, new memory.desc[] {from, to});
    }

    private static softmax_forward.primitive_desc forward(memory.desc from, memory.desc to) {
        return new softmax_forward.primitive_desc(
                CpuEngine.get(),
                prop_kind.forward_training,
                algorithm.softmax_accurate,
                from,
                to,
                1,
                Layouts.attributes(),
                false);
    }
}
