package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_SCALES;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;

import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
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
        if (a == Activation.NONE) {
            copy(x, count, out);
            return;
        }
        s.call(new ShapeKey("activate", a.ordinal(), count), () -> {
                    memory.desc d = Layouts.dense(Layouts.F32, count);
                    eltwise_forward.primitive_desc pd = forward(a, d);
                    return new Call(
                            new eltwise_forward(pd), pd, new int[] {DNNL_ARG_SRC, DNNL_ARG_DST}, new memory.desc[] {d, d
                            });
                })
                .run(s, x, out);
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

    /** out = a + b; out may be a. */
    static void add(ExecutionState s, long a, long b, long count, long out) {
        memory(s, "add", algorithm.binary_add, count).run(s, a, b, out);
    }

    /** out = a ⊙ b; out may be a. */
    static void multiply(ExecutionState s, long a, long b, long count, long out) {
        memory(s, "multiply", algorithm.binary_mul, count).run(s, a, b, out);
    }

    private static Call memory(ExecutionState s, String name, algorithm a, long count) {
        return s.call(new ShapeKey(name, count), () -> {
            memory.desc d = Layouts.dense(Layouts.F32, count);
            return binary(a, d, d);
        });
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
        long first = RawAddress.of(a);
        long second = RawAddress.of(b);
        long to = RawAddress.of(out);
        if (alpha == 1 && beta == 0) {
            copy(first, out.length(), to);
        } else if (beta == 0) {
            // 0 times what b may hold need not be 0.
            scaledSum(s, alpha, first, 0, first, out.length(), to);
        } else if (to == second) {
            scaledSum(s, beta, second, alpha, first, out.length(), to);
        } else {
            scaledSum(s, alpha, first, beta, second, out.length(), to);
        }
    }

    /** Factors are arguments of the primitive: they may change at each call without a new one. */
    private static void scaledSum(ExecutionState s, float alpha, long a, float beta, long b, long count, long out) {
        if (alpha == 1 && beta == 1) {
            add(s, a, b, count, out);
            return;
        }
        long factors = s.workspace().floats(Slot.SCALARS, 2);
        Workspace.write(factors, new float[] {alpha, beta});
        s.call(new ShapeKey("axpby", count), () -> {
                    memory.desc d = Layouts.dense(Layouts.F32, count);
                    memory.desc one = Layouts.dense(Layouts.F32, 1);
                    primitive_attr attributes = Layouts.attributes();
                    attributes.set_scales_mask(DNNL_ARG_SRC_0, 0);
                    attributes.set_scales_mask(DNNL_ARG_SRC_1, 0);
                    binary.primitive_desc pd = new binary.primitive_desc(
                            CpuEngine.get(), algorithm.binary_add, d, d, d, attributes, false);
                    return new Call(
                            new binary(pd),
                            pd,
                            new int[] {
                                DNNL_ARG_SRC_0,
                                DNNL_ARG_SRC_1,
                                DNNL_ARG_DST,
                                DNNL_ARG_ATTR_SCALES | DNNL_ARG_SRC_0,
                                DNNL_ARG_ATTR_SCALES | DNNL_ARG_SRC_1
                            },
                            new memory.desc[] {d, d, d, one, one});
                })
                .run(s, a, b, out, factors, factors + Float.BYTES);
    }

    /** out [N, T, C] = x + row [N, C] at each t; out may be x. */
    static void addRow(ExecutionState s, INDArray x, INDArray row, INDArray out) {
        new RowOperations(s, x.size(0), x.size(1), x.size(2))
                .add(RawAddress.of(x), RawAddress.of(row), RawAddress.of(out));
    }

    static void geglu(ExecutionState s, INDArray x, INDArray out) {
        long m = out.size(0);
        long c = out.size(1);
        long gate = s.workspace().floats(Slot.MAP_A, m * c);
        long to = RawAddress.of(out);
        Reorders.block(s, RawAddress.of(x) + c * Float.BYTES, 2 * c, gate, c, m, c);
        Reorders.block(s, RawAddress.of(x), 2 * c, to, c, m, c);
        forward(s, Activation.GELU, gate, m * c, gate);
        multiply(s, to, gate, m * c, to);
    }
}
