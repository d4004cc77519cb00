package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/**
 * Convolutions, channels-last, with weights brought into the primitive's own layout at each call: training
 * changes them all the time, and it costs under a hundredth of the convolution. Stateless.
 */
final class Convolutions {
    private Convolutions() {}

    /** A convolution and the reorder between PyTorch's weights and its own. */
    private record Plan(Call convolution, Call weights, long weightBytes) implements PrimitiveCache.Compiled {
        @Override
        public void close() {
            convolution.close();
            weights.close();
        }
    }

    /** Sizes of one convolution. */
    private record Sizes(long n, long h, long w, long ci, long ho, long wo, long co, long kh, long kw, Convolution g) {
        static Sizes of(INDArray x, INDArray weights, INDArray out, Convolution g) {
            return new Sizes(
                    x.size(0),
                    x.size(1),
                    x.size(2),
                    x.size(3),
                    out.size(1),
                    out.size(2),
                    out.size(3),
                    weights.size(2),
                    weights.size(3),
                    g);
        }

        ShapeKey key(String operation, boolean bias, boolean bf16) {
            return new ShapeKey(
                    operation,
                    n,
                    h,
                    w,
                    ci,
                    co,
                    kh,
                    kw,
                    g.stride(),
                    g.top(),
                    g.left(),
                    g.bottom(),
                    g.right(),
                    bias ? 1 : 0,
                    bf16 ? 1 : 0);
        }

        memory.desc input(boolean bf16) {
            return Layouts.nhwc(bf16 ? Layouts.BF16 : Layouts.F32, n, h, w, ci);
        }

        memory.desc output(boolean bf16) {
            return Layouts.nhwc(bf16 ? Layouts.BF16 : Layouts.F32, n, ho, wo, co);
        }

        memory.desc anyWeights(boolean bf16) {
            return Layouts.any(bf16 ? Layouts.BF16 : Layouts.F32, co, ci, kh, kw);
        }

        memory.desc plainWeights() {
            return Layouts.dense(Layouts.F32, co, ci, kh, kw);
        }

        long[] strides() {
            return new long[] {g.stride(), g.stride()};
        }

        long[] before() {
            return new long[] {g.top(), g.left()};
        }

        long[] after() {
            return new long[] {g.bottom(), g.right()};
        }

        convolution_forward.primitive_desc forward(boolean bf16) {
            return new convolution_forward.primitive_desc(
                    CpuEngine.get(),
                    prop_kind.forward_training,
                    algorithm.convolution_direct,
                    input(bf16),
                    anyWeights(bf16),
                    output(false),
                    strides(),
                    before(),
                    after(),
                    Layouts.attributes(),
                    false);
        }
    }

    static void forward(ExecutionState s, INDArray x, INDArray w, INDArray bias, Convolution g, INDArray out) {
        Sizes z = Sizes.of(x, w, out, g);
        boolean low = s.bf16();
        Plan plan =
                s.cache().get(z.key("conv2d", bias != null, low), Plan.class, () -> forwardPlan(z, bias != null, low));
        long packed = s.workspace().bytes(Slot.PACKED_WEIGHTS, plan.weightBytes);
        plan.weights.run(s, RawAddress.of(w), packed);
        long input = Reorders.operand(s, Slot.LOW_A, RawAddress.of(x), x.length());
        if (bias == null) {
            plan.convolution.run(s, input, packed, RawAddress.of(out));
        } else {
            plan.convolution.run(s, input, packed, RawAddress.of(out), RawAddress.of(bias));
        }
    }

    private static Plan forwardPlan(Sizes z, boolean bias, boolean low) {
        memory.desc b = Layouts.dense(Layouts.F32, z.co);
        convolution_forward.primitive_desc pd = bias
                ? new convolution_forward.primitive_desc(
                        CpuEngine.get(),
                        prop_kind.forward_training,
                        algorithm.convolution_direct,
                        z.input(low),
                        z.anyWeights(low),
                        b,
                        z.output(false),
                        z.strides(),
                        z.before(),
                        z.after(),
                        Layouts.attributes(),
                        false)
                : z.forward(low);
        int[] arguments = bias
                ? new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_BIAS}
                : new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST};
        memory.desc packed = pd.weights_desc();
        memory.desc[] layouts = bias
                ? new memory.desc[] {z.input(low), packed, z.output(false), b}
                : new memory.desc[] {z.input(low), packed, z.output(false)};
        return new Plan(
                new Call(new convolution_forward(pd), pd, arguments, layouts),
                Reorders.compile(z.plainWeights(), packed),
                packed.get_size());
    }

    static void backwardData(ExecutionState s, INDArray gradOut, INDArray w, Convolution g, INDArray gradX) {
        Sizes z = Sizes.of(gradX, w, gradOut, g);
        boolean low = s.bf16();
        Plan plan = s.cache().get(z.key("conv2dBackwardData", false, low), Plan.class, () -> {
            convolution_backward_data.primitive_desc pd = new convolution_backward_data.primitive_desc(
                    CpuEngine.get(),
                    algorithm.convolution_direct,
                    z.input(false),
                    z.anyWeights(low),
                    z.output(low),
                    z.strides(),
                    z.before(),
                    z.after(),
                    z.forward(low),
                    Layouts.attributes(),
                    false);
            memory.desc packed = pd.weights_desc();
            return new Plan(
                    new Call(
                            new convolution_backward_data(pd),
                            pd,
                            new int[] {DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC},
                            new memory.desc[] {z.output(low), packed, z.input(false)}),
                    Reorders.compile(z.plainWeights(), packed),
                    packed.get_size());
        });
        long packed = s.workspace().bytes(Slot.PACKED_WEIGHTS, plan.weightBytes);
        plan.weights.run(s, RawAddress.of(w), packed);
        long grad = Reorders.operand(s, Slot.LOW_A, RawAddress.of(gradOut), gradOut.length());
        plan.convolution.run(s, grad, packed, RawAddress.of(gradX));
    }

    static void backwardWeights(
            ExecutionState s, INDArray x, INDArray gradOut, Convolution g, INDArray gradW, INDArray gradBias) {
        Sizes z = Sizes.of(x, gradW, gradOut, g);
        boolean low = s.bf16();
        Plan plan = s.cache().get(z.key("conv2dBackwardWeights", false, low), Plan.class, () -> {
            convolution_backward_weights.primitive_desc pd = new convolution_backward_weights.primitive_desc(
                    CpuEngine.get(),
                    algorithm.convolution_direct,
                    z.input(low),
                    z.anyWeights(false),
                    z.output(low),
                    z.strides(),
                    z.before(),
                    z.after(),
                    z.forward(low),
                    Layouts.attributes(),
                    false);
            memory.desc packed = pd.diff_weights_desc();
            return new Plan(
                    new Call(
                            new convolution_backward_weights(pd),
                            pd,
                            new int[] {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS},
                            new memory.desc[] {z.input(low), z.output(low), packed}),
                    Reorders.compile(packed, z.plainWeights()),
                    packed.get_size());
        });
        long packed = s.workspace().bytes(Slot.PACKED_WEIGHTS, plan.weightBytes);
        long input = Reorders.operand(s, Slot.LOW_A, RawAddress.of(x), x.length());
        long grad = Reorders.operand(s, Slot.LOW_B, RawAddress.of(gradOut), gradOut.length());
        plan.convolution.run(s, input, grad, packed);
        plan.weights.run(s, packed, RawAddress.of(gradW));
        if (gradBias != null) {
            Sums.columns(s, RawAddress.of(gradOut), gradOut.length() / z.co, z.co, RawAddress.of(gradBias));
        }
    }
}
