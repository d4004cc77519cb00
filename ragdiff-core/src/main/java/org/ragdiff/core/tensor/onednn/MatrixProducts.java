package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_sgemm;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/** Matrix products and linear layers. Stateless. */
final class MatrixProducts {
    private static final long LARGE = 512;

    private MatrixProducts() {}

    static void matmul(
            ExecutionState s,
            INDArray a,
            boolean transposeA,
            INDArray b,
            boolean transposeB,
            float alpha,
            INDArray out) {
        if (!s.bf16() && isLarge(a, out)) {
            sgemm(a, transposeA, b, transposeB, alpha, out);
            return;
        }
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
        new Product(as, at, bs, bt, os, Layouts.denseStrides(os), alpha, false)
                .run(
                        s,
                        s.bf16(),
                        Reorders.operand(s, Slot.LOW_A, RawAddress.of(a), a.length()),
                        Reorders.operand(s, Slot.LOW_B, RawAddress.of(b), b.length()),
                        RawAddress.of(out));
    }

    private static boolean isLarge(INDArray a, INDArray out) {
        return out.rank() == 2 && Math.min(Math.min(out.size(0), out.size(1)), a.length() / out.size(0)) >= LARGE;
    }

    /** The primitive of matrix products copies a plain right factor as it goes; this one does so faster. */
    private static void sgemm(
            INDArray a, boolean transposeA, INDArray b, boolean transposeB, float alpha, INDArray out) {
        long m = out.size(0);
        long n = out.size(1);
        int status = dnnl_sgemm(
                (byte) (transposeA ? 'T' : 'N'),
                (byte) (transposeB ? 'T' : 'N'),
                m,
                n,
                a.length() / m,
                alpha,
                new RawFloats().at(RawAddress.of(a)),
                a.size(1),
                new RawFloats().at(RawAddress.of(b)),
                b.size(1),
                0,
                new RawFloats().at(RawAddress.of(out)),
                n);
        if (status != dnnl_success) {
            throw new IllegalStateException("oneDNN answered with status " + status);
        }
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
