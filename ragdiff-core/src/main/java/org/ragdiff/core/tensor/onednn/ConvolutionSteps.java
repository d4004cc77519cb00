package org.ragdiff.core.tensor.onednn;

import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.deconvolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.ragdiff.core.plan.Node;
import org.ragdiff.core.plan.Op;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Slot;
import org.ragdiff.core.tensor.Convolution;

/** Compiles convolutions of plans, channels-last, with packed weights. Stateless. */
final class ConvolutionSteps {
    private ConvolutionSteps() {}

    static PlannedStep of(PlanContext c, Node node, Op.Conv2d op) {
        Operand x = node.in(Slot.X);
        Operand w = node.in(Slot.W);
        if (!c.low() && !op.upsampled() && WinogradTiles.suit(x, w, op.geometry())) {
            return new WinogradStep(c, node, op);
        }
        Operand bias = node.in(Slot.BIAS);
        Operand out = node.out();
        memory.desc input = map(c.factorType(), x);
        memory.desc output = map(c.type(out), out);
        memory.desc biasLayout = bias == null ? null : Layouts.dense(Layouts.F32, bias.length());
        Operand other = node.in(Slot.OTHER);
        ProductStep.Epilogue epilogue =
                ProductStep.Epilogue.of(c, op.activation(), other, other == null ? null : map(Layouts.F32, out));
        primitive_attr attributes = epilogue.attributes();
        primitive compiled;
        primitive_desc_base description;
        memory.desc packed;
        long weights;
        if (op.upsampled()) {
            deconvolution_forward.primitive_desc pd =
                    upsampled(c, w.size(0), w.size(1), input, output, biasLayout, attributes);
            packed = pd.weights_desc();
            memory.desc plain = Layouts.dense(Layouts.F32, w.size(0), w.size(1), 4, 4);
            weights = c.pack(
                    w,
                    "upsampled",
                    plain,
                    packed,
                    to -> UpsampledWeights.write(c.address(w), w.size(0) * w.size(1), to));
            compiled = new deconvolution_forward(pd);
            description = pd;
        } else {
            convolution_forward.primitive_desc pd = plain(c, w, op.geometry(), input, output, biasLayout, attributes);
            packed = pd.weights_desc();
            weights = c.pack(
                    w,
                    "convolution",
                    Layouts.dense(Layouts.F32, w.shape()),
                    packed,
                    to -> PlanContext.copy(c.address(w), to, w.length() * Float.BYTES));
            compiled = new convolution_forward(pd);
            description = pd;
        }
        return ProductStep.of(
                c,
                compiled,
                description,
                x,
                input,
                packed,
                weights,
                biasLayout,
                c.address(bias),
                output,
                c.address(out),
                epilogue);
    }

    private static memory.desc map(memory.data_type type, Operand o) {
        return Layouts.nhwc(type, o.size(0), o.size(1), o.size(2), o.size(3));
    }

    private static convolution_forward.primitive_desc plain(
            PlanContext c,
            Operand w,
            Convolution g,
            memory.desc input,
            memory.desc output,
            memory.desc bias,
            primitive_attr attributes) {
        memory.desc any = Layouts.any(c.factorType(), w.shape());
        long[] strides = {g.stride(), g.stride()};
        long[] before = {g.top(), g.left()};
        long[] after = {g.bottom(), g.right()};
        prop_kind kind = prop_kind.forward_inference;
        algorithm direct = algorithm.convolution_direct;
        return bias == null
                ? new convolution_forward.primitive_desc(
                        CpuEngine.get(), kind, direct, input, any, output, strides, before, after, attributes, false)
                : new convolution_forward.primitive_desc(
                        CpuEngine.get(),
                        kind,
                        direct,
                        input,
                        any,
                        bias,
                        output,
                        strides,
                        before,
                        after,
                        attributes,
                        false);
    }

    /**
     * Doubling by nearest neighbours and a 3×3 convolution are one transposed convolution of 4×4 with stride
     * 2: four ninths of the products, and no doubled map.
     */
    private static deconvolution_forward.primitive_desc upsampled(
            PlanContext c,
            long outChannels,
            long inChannels,
            memory.desc input,
            memory.desc output,
            memory.desc bias,
            primitive_attr attributes) {
        memory.desc any = Layouts.any(c.factorType(), outChannels, inChannels, 4, 4);
        long[] strides = {2, 2};
        long[] padding = {1, 1};
        prop_kind kind = prop_kind.forward_inference;
        algorithm direct = algorithm.deconvolution_direct;
        return bias == null
                ? new deconvolution_forward.primitive_desc(
                        CpuEngine.get(), kind, direct, input, any, output, strides, padding, padding, attributes, false)
                : new deconvolution_forward.primitive_desc(
                        CpuEngine.get(),
                        kind,
                        direct,
                        input,
                        any,
                        bias,
                        output,
                        strides,
                        padding,
                        padding,
                        attributes,
                        false);
    }
}
