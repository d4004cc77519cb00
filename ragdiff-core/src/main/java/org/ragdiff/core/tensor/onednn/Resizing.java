package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.primitive_attr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/**
 * Halving and doubling of feature maps. Nearest-neighbour doubling is four times the gradient of mean pooling
 * by 2, and its gradient four times the pooling: factors of 4 and ¼ are exact, so no rounding comes of it.
 * Stateless.
 */
final class Resizing {
    private static final long[] TWO = {2, 2};
    private static final long[] ZERO = {0, 0};

    private Resizing() {}

    private static pooling_forward.primitive_desc forward(memory.desc large, memory.desc small, primitive_attr a) {
        return new pooling_forward.primitive_desc(
                CpuEngine.get(),
                prop_kind.forward_training,
                algorithm.pooling_avg_include_padding,
                large,
                small,
                TWO,
                TWO,
                ZERO,
                ZERO,
                ZERO,
                a,
                false);
    }

    /** small = factor · mean of each 2×2 cell of large. */
    static void pool(ExecutionState s, INDArray large, float factor, INDArray small) {
        long n = small.size(0);
        long h = small.size(1);
        long w = small.size(2);
        long c = small.size(3);
        s.call(new ShapeKey("pool", n, h, w, c, Float.floatToIntBits(factor)), () -> {
                    memory.desc from = Layouts.nhwc(Layouts.F32, n, 2 * h, 2 * w, c);
                    memory.desc to = Layouts.nhwc(Layouts.F32, n, h, w, c);
                    pooling_forward.primitive_desc pd = forward(from, to, Layouts.scaled(factor, false));
                    return new Call(
                            new pooling_forward(pd), pd, new int[] {DNNL_ARG_SRC, DNNL_ARG_DST}, new memory.desc[] {
                                from, to
                            });
                })
                .run(s, RawAddress.of(large), RawAddress.of(small));
    }

    /** Each 2×2 cell of large = factor / 4 · small. */
    static void spread(ExecutionState s, INDArray small, float factor, INDArray large) {
        long n = small.size(0);
        long h = small.size(1);
        long w = small.size(2);
        long c = small.size(3);
        long from = RawAddress.of(small);
        if (factor != 1) {
            long scaled = s.workspace().floats(Slot.MAP_A, small.length());
            s.call(
                            new ShapeKey("scale", small.length(), Float.floatToIntBits(factor)),
                            () -> scale(small.length(), factor))
                    .run(s, from, scaled);
            from = scaled;
        }
        s.call(new ShapeKey("spread", n, h, w, c), () -> {
                    memory.desc to = Layouts.nhwc(Layouts.F32, n, 2 * h, 2 * w, c);
                    memory.desc d = Layouts.nhwc(Layouts.F32, n, h, w, c);
                    pooling_backward.primitive_desc pd = new pooling_backward.primitive_desc(
                            CpuEngine.get(),
                            algorithm.pooling_avg_include_padding,
                            to,
                            d,
                            TWO,
                            TWO,
                            ZERO,
                            ZERO,
                            ZERO,
                            forward(to, d, Layouts.attributes()),
                            Layouts.attributes(),
                            false);
                    return new Call(
                            new pooling_backward(pd),
                            pd,
                            new int[] {DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC},
                            new memory.desc[] {d, to});
                })
                .run(s, from, RawAddress.of(large));
    }

    private static Call scale(long count, float factor) {
        memory.desc d = Layouts.dense(Layouts.F32, count);
        eltwise_forward.primitive_desc pd = new eltwise_forward.primitive_desc(
                CpuEngine.get(),
                prop_kind.forward_inference,
                algorithm.eltwise_linear,
                d,
                d,
                factor,
                0,
                Layouts.attributes(),
                false);
        return new Call(new eltwise_forward(pd), pd, new int[] {DNNL_ARG_SRC, DNNL_ARG_DST}, new memory.desc[] {d, d});
    }
}
