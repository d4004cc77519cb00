package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/**
 * Gradients of a linear layer's weights and bias, as oneDNN's inner product: it sums the bias's gradient while the
 * output's gradient passes through the cache. Stateless.
 */
final class LinearGradients {
    private LinearGradients() {}

    static void backwardWeights(ExecutionState s, INDArray x, INDArray gradOut, INDArray gradW, INDArray gradBias) {
        long m = x.size(0);
        long k = x.size(1);
        long n = gradOut.size(1);
        boolean low = s.bf16();
        ShapeKey key = new ShapeKey("linearBackwardWeights", m, k, n, gradBias == null ? 0 : 1, low ? 1 : 0);
        Call call = s.call(key, () -> compile(m, k, n, gradBias != null, low));
        long input = Reorders.operand(s, Slot.LOW_A, RawAddress.of(x), x.length());
        long grad = Reorders.operand(s, Slot.LOW_B, RawAddress.of(gradOut), gradOut.length());
        if (gradBias == null) {
            call.run(s, input, grad, RawAddress.of(gradW));
        } else {
            call.run(s, input, grad, RawAddress.of(gradW), RawAddress.of(gradBias));
        }
    }

    private static Call compile(long m, long k, long n, boolean bias, boolean low) {
        memory.data_type type = low ? Layouts.BF16 : Layouts.F32;
        memory.desc x = Layouts.dense(type, m, k);
        memory.desc grad = Layouts.dense(type, m, n);
        memory.desc w = Layouts.dense(Layouts.F32, n, k);
        memory.desc b = Layouts.dense(Layouts.F32, n);
        inner_product_forward.primitive_desc forward = new inner_product_forward.primitive_desc(
                CpuEngine.get(),
                prop_kind.forward_training,
                x,
                Layouts.any(type, n, k),
                Layouts.dense(Layouts.F32, m, n),
                Layouts.attributes(),
                false);
        inner_product_backward_weights.primitive_desc pd = bias
                ? new inner_product_backward_weights.primitive_desc(
                        CpuEngine.get(), x, w, b, grad, forward, Layouts.attributes(), false)
                : new inner_product_backward_weights.primitive_desc(
                        CpuEngine.get(), x, w, grad, forward, Layouts.attributes(), false);
        int[] arguments = bias
                ? new int[] {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS}
                : new int[] {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS};
        memory.desc[] layouts = bias ? new memory.desc[] {x, grad, w, b} : new memory.desc[] {x, grad, w};
        return new Call(new inner_product_backward_weights(pd), pd, arguments, layouts);
    }
}
