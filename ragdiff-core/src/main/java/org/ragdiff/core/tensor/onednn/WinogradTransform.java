package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import java.util.Arrays;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.ragdiff.core.plan.Operand;

/**
 * A transform of Winograd's convolution, each channel for itself: every result is a sum of a window's values with
 * signs, which is a depthwise convolution of a few taps.
 *
 * @param call its operands are source, weights, result, then the bias if there is one
 * @param layout of the weights
 */
record WinogradTransform(Call call, memory.desc layout) {
    /** Rows of Bᵀ, without the zeros at their ends: what a place of the transformed window adds up. */
    static final float[][] INPUT = {{1, 0, -1}, {1, 1}, {-1, 1}, {1, 0, -1}};
    /** Where those values begin, counted from the tile's first one; the window begins at −1. */
    static final int[] INPUT_AT = {-1, 0, 0, 0};
    /** Rows of Aᵀ, without the zeros at their ends: result i of a tile adds up the places from i on. */
    static final float[][] OUTPUT = {{1, 1, 1}, {1, -1, -1}};

    /**
     * One direction of a transform.
     *
     * @param from size of the source
     * @param to size of the result
     * @param before zeros before the source
     * @param after zeros behind it
     */
    record Axis(long from, long to, long taps, long before, long after) {}

    static WinogradTransform compile(
            long images, long channels, Axis down, Axis across, long stride, boolean bias, primitive_attr attributes) {
        memory.desc source = Layouts.nhwc(Layouts.F32, images, down.from, across.from, channels);
        memory.desc result = Layouts.nhwc(Layouts.F32, images, down.to, across.to, channels);
        memory.desc any = Layouts.any(Layouts.F32, channels, 1, 1, down.taps, across.taps);
        memory.desc row = Layouts.dense(Layouts.F32, channels);
        long[] strides = {stride, stride};
        long[] before = {down.before, across.before};
        long[] after = {down.after, across.after};
        prop_kind kind = prop_kind.forward_inference;
        algorithm direct = algorithm.convolution_direct;
        convolution_forward.primitive_desc pd = bias
                ? new convolution_forward.primitive_desc(
                        CpuEngine.get(),
                        kind,
                        direct,
                        source,
                        any,
                        row,
                        result,
                        strides,
                        before,
                        after,
                        attributes,
                        false)
                : new convolution_forward.primitive_desc(
                        CpuEngine.get(), kind, direct, source, any, result, strides, before, after, attributes, false);
        memory.desc weights = pd.weights_desc();
        int[] names = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_BIAS};
        memory.desc[] layouts = {source, weights, result, row};
        int operands = bias ? 4 : 3;
        Call call = new Call(
                new convolution_forward(pd), pd, Arrays.copyOf(names, operands), Arrays.copyOf(layouts, operands));
        return new WinogradTransform(call, weights);
    }

    /**
     * The transform's weights, packed: for every channel the products of a row's and a column's signs.
     *
     * @param owner weights of the convolution, which they are kept with
     */
    long weights(PlanContext c, Operand owner, String form, long channels, float[] down, float[] across) {
        memory.desc plain = Layouts.dense(Layouts.F32, channels, 1, 1, down.length, across.length);
        return c.pack(
                owner,
                form,
                plain,
                layout,
                to -> Workspace.write(to, kernels(Math.toIntExact(channels), down, across)));
    }

    private static float[] kernels(int channels, float[] down, float[] across) {
        int taps = down.length * across.length;
        float[] all = new float[channels * taps];
        for (int i = 0; i < all.length; i++) {
            int tap = i % taps;
            all[i] = down[tap / across.length] * across[tap % across.length];
        }
        return all;
    }
}
