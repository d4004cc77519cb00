package org.ragdiff.core.tensor.onednn;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/**
 * Softmax attention over own and reference keys as batched products of strided views: heads are channel
 * slices, the scores of both key ranges lie side by side in one row, so that one softmax spans them and
 * keys and values are never copied together. Stateless.
 */
final class AttentionProducts {
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

    private AttentionProducts(
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
                q.size(0), q.size(1), k.size(1), kRef == null ? 0 : kRef.size(1), heads, q.size(2) / heads);
        this.q = operand(Slot.LOW_A, q);
        this.k = operand(Slot.LOW_B, k);
        this.v = operand(Slot.LOW_C, v);
        this.kRef = operand(Slot.LOW_D, kRef);
        this.vRef = operand(Slot.LOW_E, vRef);
    }

    private long operand(Slot slot, INDArray a) {
        return a == null ? 0 : Reorders.operand(s, slot, RawAddress.of(a), a.length());
    }

    static void forward(
            ExecutionState s,
            INDArray q,
            INDArray k,
            INDArray v,
            INDArray kRef,
            INDArray vRef,
            int heads,
            float scale,
            INDArray out) {
        AttentionProducts a = new AttentionProducts(s, q, k, v, kRef, vRef, heads, scale);
        a.z.forEach((n0, nb, h0, hb, q0, qb) -> a.forwardBlock(n0, nb, h0, hb, q0, qb, RawAddress.of(out)));
    }

    private void forwardBlock(long n0, long nb, long h0, long hb, long q0, long qb, long out) {
        long scores = scores(n0, nb, h0, hb, q0, qb);
        long rows = nb * hb * qb;
        long p = low ? s.workspace().bytes(Slot.LOW_PROBABILITIES, z.scores() * 2) : scores;
        Softmaxes.forward(s, scores, rows, z.keys(), low, p);
        long to = at(out, Float.BYTES, n0, z.tq(), q0, h0);
        long[] ps = scoreStrides(hb, qb);
        long[] os = {nb, hb, qb, z.d()};
        weighted(nb, hb, qb, z.tk(), ps, os, p, at(v, bytes, n0, z.tk(), 0, h0), 1, false, to);
        if (z.tr() > 0) {
            weighted(nb, hb, qb, z.tr(), ps, os, p + z.tk() * bytes, at(vRef, bytes, n0, z.tr(), 0, h0), 1, true, to);
        }
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
}
