package org.ragdiff.core.tensor.onednn;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/**
 * Gradients of softmax attention over own and reference keys, in blocks whose probabilities are recomputed
 * instead of kept. Stateless.
 */
final class AttentionGradients {
    private final ExecutionState s;
    private final AttentionBlocks z;
    private final boolean low;
    private final int bytes;
    private final float scale;
    private final long q;
    private final long k;
    private final long v;
    private final long kRef;
    private final long vRef;

    private AttentionGradients(
            ExecutionState s,
            INDArray q,
            INDArray k,
            INDArray v,
            INDArray kRef,
            INDArray vRef,
            int heads,
            float scale) {
        this.s = s;
        this.low = s.bf16();
        this.bytes = low ? 2 : Float.BYTES;
        this.scale = scale;
        this.z = new AttentionBlocks(
                q.size(0),
                q.size(1),
                k.size(1),
                kRef == null ? 0 : kRef.size(1),
                heads,
                q.size(2) / heads,
                s.threads());
        this.q = operand(Slot.LOW_A, q);
        this.k = operand(Slot.LOW_B, k);
        this.v = operand(Slot.LOW_C, v);
        this.kRef = operand(Slot.LOW_D, kRef);
        this.vRef = operand(Slot.LOW_E, vRef);
    }

    private long operand(Slot slot, INDArray a) {
        return a == null ? 0 : Reorders.operand(s, slot, RawAddress.of(a), a.length());
    }

    /** scale · q · kᵀ of a block, both key ranges, dense [nb, hb, qb, keys]. */
    private long scores(long n0, long nb, long h0, long hb, long q0, long qb) {
        long scores = s.workspace().floats(Slot.SCORES, z.scores());
        long rows = at(q, bytes, n0, z.tq(), q0, h0);
        similarity(nb, hb, qb, z.tk(), rows, at(k, bytes, n0, z.tk(), 0, h0), scale, scores);
        if (z.tr() > 0) {
            long beside = scores + z.tk() * Float.BYTES;
            similarity(nb, hb, qb, z.tr(), rows, at(kRef, bytes, n0, z.tr(), 0, h0), scale, beside);
        }
        return scores;
    }

    private static long at(long base, int size, long offset) {
        return base + offset * size;
    }

    private long at(long base, int size, long sample, long tokens, long token, long head) {
        return at(base, size, z.offset(sample, tokens, token, head));
    }

    private long[] scoreStrides(long hb, long qb) {
        return new long[] {hb * qb * z.keys(), qb * z.keys(), z.keys(), 1};
    }

    /** out [nb, hb, qb, t] = alpha · a [.., qb, d] · b [.., t, d]ᵀ. */
    private void similarity(long nb, long hb, long qb, long t, long a, long b, float alpha, long out) {
        new Product(
                        new long[] {nb, hb, qb, z.d()},
                        z.rows(z.tq()),
                        new long[] {nb, hb, z.d(), t},
                        z.columns(t),
                        new long[] {nb, hb, qb, t},
                        scoreStrides(hb, qb),
                        alpha,
                        false)
                .run(s, low, a, b, out);
    }

    /** out [.., qb, d] (+)= alpha · p [.., qb, t] · b [.., t, d]. */
    private void weighted(
            long nb,
            long hb,
            long qb,
            long t,
            long[] ps,
            long[] os,
            long p,
            long b,
            float alpha,
            boolean add,
            long out) {
        new Product(
                        new long[] {nb, hb, qb, t},
                        ps,
                        new long[] {nb, hb, t, z.d()},
                        z.rows(t),
                        os,
                        z.rows(z.tq()),
                        alpha,
                        add)
                .run(s, low, p, b, out);
    }

    /** out [.., t, d] (+)= alpha · p [.., qb, t]ᵀ · b [.., qb, d]. */
    private void gathered(long nb, long hb, long qb, long t, long p, long b, float alpha, boolean add, long out) {
        long[] ps = scoreStrides(hb, qb);
        new Product(
                        new long[] {nb, hb, t, qb},
                        new long[] {ps[0], ps[1], 1, ps[2]},
                        new long[] {nb, hb, qb, z.d()},
                        z.rows(z.tq()),
                        new long[] {nb, hb, t, z.d()},
                        z.rows(t),
                        alpha,
                        add)
                .run(s, low, p, b, out);
    }

    /** Where the gradients go; the references' are 0 if there are none. */
    private record Gradients(long q, long k, long v, long kRef, long vRef) {}

    static void backward(
            ExecutionState s,
            INDArray q,
            INDArray k,
            INDArray v,
            INDArray kRef,
            INDArray vRef,
            int heads,
            float scale,
            INDArray gradOut,
            INDArray gradQ,
            INDArray gradK,
            INDArray gradV,
            INDArray gradKRef,
            INDArray gradVRef) {
        AttentionGradients a = new AttentionGradients(s, q, k, v, kRef, vRef, heads, scale);
        long go = a.operand(Slot.LOW_F, gradOut);
        Gradients to = new Gradients(
                RawAddress.of(gradQ),
                RawAddress.of(gradK),
                RawAddress.of(gradV),
                gradKRef == null ? 0 : RawAddress.of(gradKRef),
                gradVRef == null ? 0 : RawAddress.of(gradVRef));
        a.z.forEach((n0, nb, h0, hb, q0, qb) -> a.backwardBlock(n0, nb, h0, hb, q0, qb, go, to));
    }

    private void backwardBlock(long n0, long nb, long h0, long hb, long q0, long qb, long gradOut, Gradients to) {
        long tk = z.tk();
        long tr = z.tr();
        long rows = nb * hb * qb;
        boolean more = q0 > 0;
        long p = scores(n0, nb, h0, hb, q0, qb);
        Softmaxes.forward(s, p, rows, z.keys(), false, p);
        long pLow = Reorders.operand(s, Slot.LOW_PROBABILITIES, p, rows * z.keys());
        long go = at(gradOut, bytes, n0, z.tq(), q0, h0);
        gathered(nb, hb, qb, tk, pLow, go, 1, more, at(to.v, Float.BYTES, n0, tk, 0, h0));
        long gs = s.workspace().floats(Slot.SCORE_GRADIENTS, z.scores());
        similarity(nb, hb, qb, tk, go, at(v, bytes, n0, tk, 0, h0), 1, gs);
        if (tr > 0) {
            gathered(nb, hb, qb, tr, pLow + tk * bytes, go, 1, more, at(to.vRef, Float.BYTES, n0, tr, 0, h0));
            similarity(nb, hb, qb, tr, go, at(vRef, bytes, n0, tr, 0, h0), 1, gs + tk * Float.BYTES);
        }
        SoftmaxGradients.backward(s, p, gs, rows, z.keys(), gs);
        long g = Reorders.operand(s, Slot.LOW_SCORE_GRADIENTS, gs, rows * z.keys());
        long queries = at(q, bytes, n0, z.tq(), q0, h0);
        long[] ps = scoreStrides(hb, qb);
        long[] os = {nb, hb, qb, z.d()};
        long gradQ = at(to.q, Float.BYTES, n0, z.tq(), q0, h0);
        weighted(nb, hb, qb, tk, ps, os, g, at(k, bytes, n0, tk, 0, h0), scale, false, gradQ);
        gathered(nb, hb, qb, tk, g, queries, scale, more, at(to.k, Float.BYTES, n0, tk, 0, h0));
        if (tr > 0) {
            long beside = g + tk * bytes;
            weighted(nb, hb, qb, tr, ps, os, beside, at(kRef, bytes, n0, tr, 0, h0), scale, true, gradQ);
            gathered(nb, hb, qb, tr, beside, queries, scale, more, at(to.kRef, Float.BYTES, n0, tr, 0, h0));
        }
    }
}
