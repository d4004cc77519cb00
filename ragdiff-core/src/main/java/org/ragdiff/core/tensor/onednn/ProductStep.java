package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.tensor.Activation;

/**
 * A convolution or matrix product with its epilogue: bias, activation, then one sum or product with another
 * array of the result's shape.
 */
final class ProductStep implements PlannedStep {
    private static final long ALIGNMENT = 64;

    private final Call product;
    private final long[] operands;
    /** To bfloat16 in scratch memory, or null if the input lies ready. */
    private final Call conversion;

    private final long input;
    private final long inputBytes;

    private ProductStep(Call product, long[] operands, Call conversion, long input, long inputBytes) {
        this.product = product;
        this.operands = operands;
        this.conversion = conversion;
        this.input = input;
        this.inputBytes = (inputBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** What follows a product. */
    record Epilogue(Activation activation, algorithm combine, memory.desc other, long otherAddress) {
        static Epilogue of(PlanContext c, Activation activation, Operand other, memory.desc layout) {
            return new Epilogue(activation, algorithm.binary_add, other == null ? null : layout, c.address(other));
        }

        primitive_attr attributes() {
            primitive_attr a = Layouts.attributes();
            post_ops p = new post_ops();
            if (activation != Activation.NONE) {
                p.append_eltwise(Elementwise.of(activation), Elementwise.alpha(activation), 0);
            }
            if (other != null) {
                p.append_binary(combine, other);
            }
            a.set_post_ops(p);
            return a;
        }

        int argument() {
            int position = activation == Activation.NONE ? 1 : 2;
            return DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * position | DNNL_ARG_SRC_1;
        }
    }

    /**
     * @param x the input, whose conversion to the product's type this step takes care of
     * @param input layout in the product's type
     * @param bias layout, or null for none
     */
    static ProductStep of(
            PlanContext c,
            primitive compiled,
            primitive_desc_base description,
            Operand x,
            memory.desc input,
            memory.desc weights,
            long weightAddress,
            memory.desc bias,
            long biasAddress,
            memory.desc output,
            long outputAddress,
            Epilogue epilogue) {
        List<Integer> names = new ArrayList<>(List.of(DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST));
        List<memory.desc> layouts = new ArrayList<>(List.of(input, weights, output));
        List<Long> addresses = new ArrayList<>(List.of(c.address(x), weightAddress, outputAddress));
        if (bias != null) {
            names.add(DNNL_ARG_BIAS);
            layouts.add(bias);
            addresses.add(biasAddress);
        }
        if (epilogue.other() != null) {
            names.add(epilogue.argument());
            layouts.add(epilogue.other());
            addresses.add(epilogue.otherAddress());
        }
        Call call = new Call(
                compiled, description, names.stream().mapToInt(i -> i).toArray(), layouts.toArray(new memory.desc[0]));
        boolean convert = c.low() && !c.isLow(x);
        long count = x.length();
        Call conversion = convert
                ? Reorders.compile(Layouts.dense(Layouts.F32, count), Layouts.dense(Layouts.BF16, count))
                : null;
        return new ProductStep(
                call,
                addresses.stream().mapToLong(l -> l).toArray(),
                conversion,
                c.address(x),
                convert ? 2 * count : 0);
    }

    /** Where the result goes, if it is known only before {@link #bind}. */
    void writeTo(long address) {
        operands[2] = address;
    }

    /** Where the epilogue's other array lies, if it is known only before {@link #bind}. */
    void combineWith(long address) {
        operands[operands.length - 1] = address;
    }

    @Override
    public long scratchBytes() {
        return inputBytes + product.scratchpadBytes();
    }

    @Override
    public void bind(long scratch) {
        if (conversion != null) {
            conversion.bind(0, input, scratch);
            operands[0] = scratch;
        }
        product.bind(scratch + inputBytes, operands);
    }

    @Override
    public void run(ExecutionState s) {
        if (conversion != null) {
            conversion.runBound(s);
        }
        product.runBound(s);
    }

    @Override
    public void close() {
        product.close();
        if (conversion != null) {
            conversion.close();
        }
    }
}
