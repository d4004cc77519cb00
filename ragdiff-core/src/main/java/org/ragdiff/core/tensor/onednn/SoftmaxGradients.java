package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;

import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.softmax_backward;
import org.bytedeco.dnnl.softmax_forward;

/** Gradients of the softmax of rows. Stateless. */
final class SoftmaxGradients {
    private SoftmaxGradients() {}

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
