package org.ragdiff.core.tensor.onednn;

import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.ragdiff.core.plan.Node;
import org.ragdiff.core.plan.Op;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Slot;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.onednn.ProductStep.Epilogue;

/** Compiles linear layers of plans with packed weights. Stateless. */
final class LinearSteps {
    private LinearSteps() {}

    static PlannedStep of(PlanContext c, Node node, Op.Linear op) {
        Operand w = node.in(Slot.W);
        if (op.geglu()) {
            return gated(c, node, w.size(0) / 2);
        }
        Operand out = node.out();
        Operand other = node.in(Slot.OTHER);
        Epilogue epilogue = Epilogue.of(
                c,
                op.activation(),
                other,
                other == null ? null : Layouts.dense(Layouts.F32, rows(out), out.channels()));
        return rows(c, node, "linear", 0, w.size(0), c.type(out), c.address(out), epilogue);
    }

    private static long rows(Operand o) {
        return o.length() / o.channels();
    }

    /** The layer's outputs [first, first + n) alone. */
    private static ProductStep rows(
            PlanContext c,
            Node node,
            String form,
            long first,
            long n,
            memory.data_type type,
            long target,
            Epilogue epilogue) {
        Operand x = node.in(Slot.X);
        Operand w = node.in(Slot.W);
        Operand bias = node.in(Slot.BIAS);
        long k = w.size(1);
        long m = x.length() / k;
        memory.desc input = Layouts.dense(c.factorType(), m, k);
        memory.desc any = Layouts.any(c.factorType(), k, n);
        memory.desc output = Layouts.dense(type, m, n);
        memory.desc biasLayout = bias == null ? null : Layouts.dense(Layouts.F32, 1, n);
        primitive_attr attributes = epilogue.attributes();
        matmul.primitive_desc pd = bias == null
                ? new matmul.primitive_desc(CpuEngine.get(), input, any, output, attributes, false)
                : new matmul.primitive_desc(CpuEngine.get(), input, any, biasLayout, output, attributes, false);
        memory.desc packed = pd.weights_desc();
        long weights = c.pack(
                w,
                form,
                Layouts.strided(Layouts.F32, new long[] {k, n}, 1, k),
                packed,
                to -> PlanContext.copy(c.address(w) + first * k * Float.BYTES, to, n * k * Float.BYTES));
        return ProductStep.of(
                c,
                new matmul(pd),
                pd,
                x,
                input,
                packed,
                weights,
                biasLayout,
                bias == null ? 0 : c.address(bias) + first * Float.BYTES,
                output,
                target,
                epilogue);
    }

    /** GEGLU: the gate's half into scratch memory, in the output's format, then the other half times it. */
    private static PlannedStep gated(PlanContext c, Node node, long channels) {
        Operand out = node.out();
        memory.desc layout = Layouts.dense(c.type(out), rows(out), channels);
        Epilogue gelu = new Epilogue(Activation.GELU, algorithm.binary_add, null, 0);
        Epilogue times = new Epilogue(Activation.NONE, algorithm.binary_mul, layout, 0);
        return new Gated(
                rows(c, node, "gate", channels, channels, c.type(out), 0, gelu),
                rows(c, node, "value", 0, channels, c.type(out), c.address(out), times),
                layout.get_size());
    }

    private record Gated(ProductStep gate, ProductStep value, long gateBytes) implements PlannedStep {
        @Override
        public long scratchBytes() {
            return gateBytes + Math.max(gate.scratchBytes(), value.scratchBytes());
        }

        @Override
        public void bind(long scratch) {
            gate.writeTo(scratch);
            gate.bind(scratch + gateBytes);
            value.combineWith(scratch);
            value.bind(scratch + gateBytes);
        }

        @Override
        public void run(ExecutionState s) {
            gate.run(s);
            value.run(s);
        }

        @Override
        public void close() {
            gate.close();
            value.close();
        }
    }
}
