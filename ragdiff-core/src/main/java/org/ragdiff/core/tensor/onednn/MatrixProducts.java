package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/** Matrix products and linear layers. Stateless. */
final class MatrixProducts {
    /** From these rows, columns and terms on, packing the right factor costs less than it saves. */
    private static final long WORTH_PACKING = 512;

    private MatrixProducts() {}

    static void matmul(
            ExecutionState s,
            INDArray a,
            boolean transposeA,
            INDArray b,
            boolean transposeB,
            float alpha,
            INDArray out) {
        long[] as = a.shape().clone();
        long[] bs = b.shape().clone();
        long[] at = Layouts.denseStrides(as);
        long[] bt = Layouts.denseStrides(bs);
        if (transposeA) {
            swapLastTwo(as);
            swapLastTwo(at);
        }
        if (transposeB) {
            swapLastTwo(bs);
            swapLastTwo(bt);
        }
        long[] os = out.shape();
        if (os.length == 2 && os[0] >= WORTH_PACKING && os[1] >= WORTH_PACKING && as[1] >= WORTH_PACKING) {
            boolean low = s.bf16();
            ShapeKey key = new ShapeKey(
                    "packed matmul",
                    os[0],
                    as[1],
                    os[1],
                    at[0],
                    at[1],
                    bt[0],
                    bt[1],
                    Float.floatToIntBits(alpha),
                    low ? 1 : 0);
            Plan plan = s.cache().get(key, Plan.class, () -> packedPlan(as, at, bs, bt, os, alpha, low));
            long packed = s.workspace().bytes(Slot.PACKED_WEIGHTS, plan.weightBytes);
            plan.weights.run(s, RawAddress.of(b), packed);
            plan.product.run(
                    s, Reorders.operand(s, Slot.LOW_A, RawAddress.of(a), a.length()), packed, RawAddress.of(out));
            return;
        }
        new Product(as, at, bs, bt, os, Layouts.denseStrides(os), alpha, false)
                .run(
                        s,
                        s.bf16(),
                        Reorders.operand(s, Slot.LOW_A, RawAddress.of(a), a.length()),
                        Reorders.operand(s, Slot.LOW_B, RawAddress.of(b), b.length()),
                        RawAddress.of(out));
    }

    /** The right factor is brought into the primitive's own layout first. */
    private static Plan packedPlan(long[] as, long[] at, long[] bs, long[] bt, long[] os, float alpha, boolean low) {
        memory.data_type type = low ? Layouts.BF16 : Layouts.F32;
        memory.desc a = Layouts.strided(type, as, at);
        memory.desc out = Layouts.dense(Layouts.F32, os);
        matmul.primitive_desc pd = new matmul.primitive_desc(
                CpuEngine.get(), a, Layouts.any(type, bs), out, Layouts.scaled(alpha, false), false);
        memory.desc packed = pd.weights_desc();
        Call product = new Call(
                new matmul(pd), pd, new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST}, new memory.desc[] {
                    a, packed, out
                });
        return new Plan(product, Reorders.compile(Layouts.strided(Layouts.F32, bs, bt), packed), packed.get_size());
    }

    private static void swapLastTwo(long[] v) {
        long last = v[v.length - 1];
        v[v.length - 1] = v[v.length - 2];
        v[v.length - 2] = last;
    }

    /** A product with weights in its own layout, and the reorder that brings them there. */
    private record Plan(Call product, Call weights, long weightBytes) implements PrimitiveCache.Compiled {
        @Override
        public void close() {
            product.close();
            weights.close();
        }
    }

    static void linear(ExecutionState s, INDArray x, INDArray w, INDArray bias, INDArray out) {
        long m = x.size(0);
        long k = x.size(1);
        long n = w.size(0);
        boolean low = s.bf16();
        ShapeKey key = new ShapeKey("linear", m, k, n, bias == null ? 0 : 1, low ? 1 : 0);
        Plan plan = s.cache().get(key, Plan.class, () -> linearPlan(m, k, n, bias != null, low));
        long packed = s.workspace().bytes(Slot.PACKED_WEIGHTS, plan.weightBytes);
        plan.weights.run(s, RawAddress.of(w), packed);
        long input = Reorders.operand(s, Slot.LOW_A, RawAddress.of(x), x.length());
        if (bias == null) {
            plan.product.run(s, input, packed, RawAddress.of(out));
        } else {
            plan.product.run(s, input, packed, RawAddress.of(out), RawAddress.of(bias));
        }
    }

    private static Plan linearPlan(long m, long k, long n, boolean bias, boolean low) {
        memory.data_type type = low ? Layouts.BF16 : Layouts.F32;
        memory.desc x = Layouts.dense(type, m, k);
        memory.desc any = Layouts.any(type, k, n);
        memory.desc b = Layouts.dense(Layouts.F32, 1, n);
        memory.desc out = Layouts.dense(Layouts.F32, m, n);
        matmul.primitive_desc pd = bias
                ? new matmul.primitive_desc(CpuEngine.get(), x, any, b, out, Layouts.attributes(), false)
                : new matmul.primitive_desc(CpuEngine.get(), x, any, out, Layouts.attributes(), false);
        memory.desc packed = pd.weights_desc();
        Call product = bias
                ? new Call(
                        new matmul(pd),
                        pd,
                        new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_BIAS},
                        new memory.desc[] {x, packed, out, b})
                : new Call(
                        new matmul(pd),
                        pd,
                        new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
                        new memory.desc[] {x, packed, out});
        memory.desc plain = Layouts.strided(Layouts.F32, new long[] {k, n}, 1, k);
        return new Plan(product, Reorders.compile(plain, packed), packed.get_size());
    }
}
