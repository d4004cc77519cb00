package org.ragdiff.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Differentiable multi-head attention over own keys and, optionally, reference keys. */
public final class Attentions {
    private Attentions() {}

    /**
     * @param q [N, Tq, C]
     * @param k [N, Tk, C]
     * @param v [N, Tk, C]
     * @param kRef [N, Tr, C] or null
     * @param vRef [N, Tr, C] or null
     * @return [N, Tq, C]; scale is 1 / sqrt(C / heads)
     */
    public static Var attention(Tape t, Var q, Var k, Var v, Var kRef, Var vRef, int heads) {
        float scale = (float) (1 / Math.sqrt((double) q.size(2) / heads));
        INDArray out = t.allocate(q.shape());
        INDArray kr = kRef == null ? null : kRef.value();
        INDArray vr = vRef == null ? null : vRef.value();
        t.kernels().attention(q.value(), k.value(), v.value(), kr, vr, heads, scale, out);
        return t.record(
                out,
                grad -> {
                    INDArray gq = t.allocate(q.shape());
                    INDArray gk = t.allocate(k.shape());
                    INDArray gv = t.allocate(v.shape());
                    INDArray gkr = kr == null ? null : t.allocate(kRef.shape());
                    INDArray gvr = kr == null ? null : t.allocate(vRef.shape());
                    t.kernels()
                            .attentionBackward(
                                    q.value(), k.value(), v.value(), kr, vr, heads, scale, grad, gq, gk, gv, gkr, gvr);
                    t.accumulate(q, gq);
                    t.accumulate(k, gk);
                    t.accumulate(v, gv);
                    if (kr != null) {
                        t.accumulate(kRef, gkr);
                        t.accumulate(vRef, gvr);
                    }
                },
                kRef == null ? new Var[] {q, k, v} : new Var[] {q, k, v, kRef, vRef});
    }
}
