package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;

import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.global.dnnl.normalization_flags;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;

/**
 * The parts that group normalisation is composed of, on one sample [T, C]: oneDNN's batch normalisation,
 * which is vectorised channels-last where its group normalisation's backward is not. Stateless.
 */
final class ChannelNorms {
    private static final int AFFINE = normalization_flags.use_scale.value | normalization_flags.use_shift.value;
    private static final int GIVEN = AFFINE | normalization_flags.use_global_stats.value;

    private ChannelNorms() {}

    private static batch_normalization_forward.primitive_desc forward(int kind, memory.desc map, int flags) {
        return new batch_normalization_forward.primitive_desc(
                CpuEngine.get(), kind, map, map, 0f, flags, Layouts.attributes(), false);
    }

    /** Means and biased variances [C] over T; {@code normalised} [T, C] is overwritten on the way. */
    static void statistics(ExecutionState s, long x, long t, long c, long mean, long variance, long normalised) {
        s.call(new ShapeKey("channel statistics", t, c), () -> {
                    memory.desc map = Layouts.nhwc(Layouts.F32, 1, t, 1, c);
                    memory.desc v = Layouts.dense(Layouts.F32, c);
                    batch_normalization_forward.primitive_desc pd = forward(prop_kind.forward_training.value, map, 0);
                    return new Call(
                            new batch_normalization_forward(pd),
                            pd,
                            new int[] {DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE},
                            new memory.desc[] {map, map, v, v});
                })
                .run(s, x, normalised, mean, variance);
    }

    /** out = (x − mean) · scale / √variance + shift, all [C]. */
    static void affine(
            ExecutionState s, long x, long t, long c, long mean, long variance, long scale, long shift, long out) {
        s.call(new ShapeKey("channel affine", t, c), () -> {
                    memory.desc map = Layouts.nhwc(Layouts.F32, 1, t, 1, c);
                    memory.desc v = Layouts.dense(Layouts.F32, c);
                    batch_normalization_forward.primitive_desc pd =
                            forward(prop_kind.forward_inference.value, map, GIVEN);
                    return new Call(
                            new batch_normalization_forward(pd),
                            pd,
                            new int[] {
                                DNNL_ARG_SRC,
                                DNNL_ARG_DST,
                                DNNL_ARG_MEAN,
                                DNNL_ARG_VARIANCE,
                                DNNL_ARG_SCALE,
                                DNNL_ARG_SHIFT
                            },
                            new memory.desc[] {map, map, v, v, v, v});
                })
                .run(s, x, out, mean, variance, scale, shift);
    }

    /**
     * With x̂ = (x − mean) / √variance: gradScale = Σ g·x̂ and gradShift = Σ g over T, and
     * gradX = g · scale / √variance, the statistics taken as given.
     */
    static void backward(
            ExecutionState s,
            long x,
            long gradOut,
            long t,
            long c,
            long mean,
            long variance,
            long scale,
            long gradX,
            long gradScale,
            long gradShift) {
        s.call(new ShapeKey("channel affine backward", t, c), () -> {
                    memory.desc map = Layouts.nhwc(Layouts.F32, 1, t, 1, c);
                    memory.desc v = Layouts.dense(Layouts.F32, c);
                    batch_normalization_backward.primitive_desc pd = new batch_normalization_backward.primitive_desc(
                            CpuEngine.get(),
                            prop_kind.backward.value,
                            map,
                            map,
                            map,
                            0f,
                            GIVEN,
                            forward(prop_kind.forward_training.value, map, GIVEN),
                            Layouts.attributes(),
                            false);
                    return new Call(
                            new batch_normalization_backward(pd),
                            pd,
                            new int[] {
                                DNNL_ARG_SRC,
                                DNNL_ARG_DIFF_DST,
                                DNNL_ARG_MEAN,
                                DNNL_ARG_VARIANCE,
                                DNNL_ARG_SCALE,
                                DNNL_ARG_DIFF_SRC,
                                DNNL_ARG_DIFF_SCALE,
                                DNNL_ARG_DIFF_SHIFT
                            },
                            new memory.desc[] {map, map, v, v, v, map, v, v});
                })
                .run(s, x, gradOut, mean, variance, scale, gradX, gradScale, gradShift);
    }
}
