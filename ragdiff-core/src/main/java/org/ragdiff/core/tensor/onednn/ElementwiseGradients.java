package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/** Gradients of pointwise operations over contiguous memory. Stateless. */
final class ElementwiseGradients {
    private ElementwiseGradients() {}

    /** gradX may be gradOut. */
    static void backward(ExecutionState s, Activation a, long x, long gradOut, long count, long gradX) {
        if (a == Activation.NONE) {
            Elementwise.copy(gradOut, count, gradX);
            return;
        }
        s.call(new ShapeKey("activateBackward", a.ordinal(), count), () -> compile(a, count))
                .run(s, x, gradOut, gradX);
    }

    /** Operands of its runs: x, gradOut, gradX (may be gradOut). */
    static Call compile(Activation a, long count) {
        memory.desc d = Layouts.dense(Layouts.F32, count);
        eltwise_backward.primitive_desc pd = new eltwise_backward.primitive_desc(
                CpuEngine.get(),
                Elementwise.of(a),
                d,
                d,
                d,
                Elementwise.alpha(a),
                0,
                Elementwise.forward(a, d),
                Layouts.attributes(),
                false);
        return new Call(
                new eltwise_backward(pd),
                pd,
                new int[] {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC},
                new memory.desc[] {d, d, d});
    }

    static void gegluBackward(ExecutionState s, INDArray x, INDArray gradOut, INDArray gradX) {
        long m = gradOut.size(0);
        long c = gradOut.size(1);
        GegluGradients compiled = s.cache()
                .get(
                        new ShapeKey("gegluBackward", m, c),
                        GegluGradients.class,
                        () -> GegluGradients.compile(m, c, CpuEngine.threads()));
        compiled.run(
                s,
                RawAddress.of(x),
                RawAddress.of(gradOut),
                RawAddress.of(gradX),
                s.workspace().bytes(Slot.KERNEL, compiled.scratchBytes()));
    }
}
