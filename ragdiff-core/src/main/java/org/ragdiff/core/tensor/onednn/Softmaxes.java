package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.softmax_backward;
import org.bytedeco.dnnl.softmax_forward;

/** Softmax of rows. Stateless. */
final class Softmaxes {
    private Softmaxes() {}

    /** out [M, C], float32 or bfloat16, from float32 x [M, C]; the same address is allowed for float32. */
    static void forward(ExecutionState s, long x, long rows, long columns, boolean lowOut, long out) {
        s.call(new ShapeKey("softmax", rows, columns, lowOut ? 1 : 0), () -> {
                    memory.desc from = Layouts.dense(Layouts.F32, rows, columns);
                    memory.desc to = Layouts.dense(lowOut ? Layouts.BF16 : Layouts.F32, rows, columns);
                    softmax_forward.primitive_desc pd = forward(from, to);
                    return new Call(
                            new softmax_forward(pd), pd, new int[] {DNNL_ARG_SRC, DNNL_ARG_DST}, new memory.desc[] {
                                from, to
                            });
                })
                .run(s, x, out);
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

    /** gradX = out · (gradOut − Σ gradOut·out); gradX may be gradOut. */
    static void backward(ExecutionState s, long out, long gradOut, long rows, long columns, long gradX) {
        s.call(new ShapeKey("softmaxBackward", rows, columns), () -> {
                    memory.desc d = Layouts.dense(Layouts.F32, rows, columns);
                    softmax_backward.primitive_desc pd = new softmax_backward.primitive_desc(
                            CpuEngine.get(),
                            algorithm.softmax_accurate,
                            d,
                            d,
                            d,
                            1,
                            forward(d, d),
                            Layouts.attributes(),
                            false);
                    return new Call(
                            new softmax_backward(pd),
                            pd,
                            new int[] {DNNL_ARG_DST, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC},
                            new memory.desc[] {d, d, d});
                })
                .run(s, out, gradOut, gradX);
    }
}
