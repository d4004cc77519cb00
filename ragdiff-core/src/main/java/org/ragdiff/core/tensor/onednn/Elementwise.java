package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;

import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/** Pointwise operations over contiguous memory. Stateless. */
final class Elementwise {
    private Elementwise() {}

    static algorithm of(Activation a) {
        return switch (a) {
            case SILU -> algorithm.eltwise_swish;
            case GELU -> algorithm.eltwise_gelu_erf;
            case GELU_TANH -> algorithm.eltwise_gelu_tanh;
            case RELU -> algorithm.eltwise_relu;
            case SIGMOID -> algorithm.eltwise_logistic;
            case TANH -> algorithm.eltwise_tanh;
            case NONE -> throw new IllegalArgumentException("NONE is a copy");
        };
    }

    /** Swish's slope; a leak of 0 for RELU. */
    static float alpha(Activation a) {
        return a == Activation.SILU ? 1 : 0;
    }

    static eltwise_forward.primitive_desc forward(Activation a, memory.desc d) {
        return new eltwise_forward.primitive_desc(
                CpuEngine.get(), prop_kind.forward_training, of(a), d, d, alpha(a), 0, Layouts.attributes(), false);
    }

    /** out may be x. */
    static void forward(ExecutionState s, Activation a, long x, long count, long out) {
        if (a == Activation.NONE && x == out) {
            return;
        }
        s.call(new ShapeKey("activate", a.ordinal(), count), () -> compile(a, count))
                .run(s, x, out);
    }

    /** Operands of its runs: x, out; the same address is allowed unless the activation is NONE. */
    static Call compile(Activation a, long count) {
        if (a == Activation.NONE) {
            return compileCopy(count);
        }
        memory.desc d = Layouts.dense(Layouts.F32, count);
        eltwise_forward.primitive_desc pd = forward(a, d);
        return new Call(new eltwise_forward(pd), pd, new int[] {DNNL_ARG_SRC, DNNL_ARG_DST}, new memory.desc[] {d, d});
    }

    /** Operands of its runs: from, to. */
    static Call compileCopy(long count) {
        memory.desc d = Layouts.dense(Layouts.F32, count);
        return Reorders.compile(d, d);
    }

    /** Operands of its runs: a, b, out = a + b; out may be a. */
    static Call compileAdd(long count) {
        memory.desc d = Layouts.dense(Layouts.F32, count);
        return binary(algorithm.binary_add, d, d);
    }

    /** Operands of its runs: a, b, out = a ⊙ b; out may be a. */
    static Call compileMultiply(long count) {
        memory.desc d = Layouts.dense(Layouts.F32, count);
        return binary(algorithm.binary_mul, d, d);
    }

    static void copy(long from, long count, long to) {
        if (from != to) {
            Pointer.memcpy(new RawAddress().at(to), new RawAddress().at(from), count * Float.BYTES);
        }
    }

    private static Call binary(algorithm a, memory.desc left, memory.desc right) {
        binary.primitive_desc pd =
                new binary.primitive_desc(CpuEngine.get(), a, left, right, left, Layouts.attributes(), false);
        return new Call(
                new binary(pd), pd, new int[] {DNNL_ARG_SRC_0, DNNL_ARG_SRC_1, DNNL_ARG_DST}, new memory.desc[] {
                    left, right, left
                });
    }

    /** out = a ⊙ b; out may be a. */
    static void multiply(ExecutionState s, long a, long b, long count, long out) {
        s.call(new ShapeKey("multiply", count), () -> compileMultiply(count)).run(s, a, b, out);
    }

    static void multiply(ExecutionState s, INDArray a, INDArray b, INDArray out) {
        long first = RawAddress.of(a);
        long second = RawAddress.of(b);
        long to = RawAddress.of(out);
        // Only the first operand may be overwritten.
        boolean swap = to == second;
        multiply(s, swap ? second : first, swap ? first : second, out.length(), to);
    }

    static void axpby(ExecutionState s, float alpha, INDArray a, float beta, INDArray b, INDArray out) {
        long count = out.length();
        s.cache()
                .get(new ShapeKey("axpby", count), ScaledSum.class, () -> ScaledSum.compile(count))
                .run(s, alpha, RawAddress.of(a), beta, RawAddress.of(b), RawAddress.of(out));
    }

    /** out [N, T, C] = x + row [N, C] at each t; out may be x. */
    static void addRow(ExecutionState s, INDArray x, INDArray row, INDArray out) {
        new RowOperations(s, x.size(0), x.size(1), x.size(2))
                .add(RawAddress.of(x), RawAddress.of(row), RawAddress.of(out));
    }

    static void geglu(ExecutionState s, INDArray x, INDArray out) {
        long m = out.size(0);
        long c = out.size(1);
        GegluForward compiled = s.cache()
                .get(
                        new ShapeKey("geglu", m, c),
                        GegluForward.class,
                        () -> GegluForward.compile(m, c, CpuEngine.threads()));
        compiled.run(
                s, RawAddress.of(x), RawAddress.of(out), s.workspace().bytes(Slot.KERNEL, compiled.scratchBytes()));
    }
}
