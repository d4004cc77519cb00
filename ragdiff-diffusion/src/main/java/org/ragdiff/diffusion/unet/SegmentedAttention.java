package org.ragdiff.diffusion.unet;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Attention whose rows read their own keys and those of their reference, if they have one, in one softmax
 * (reference-only attention; AnimateAnyone, Hu 2023). One kernel call for each run of {@link
 * ReferenceRows}; nothing is copied together.
 */
public final class SegmentedAttention {
    private SegmentedAttention() {}

    /**
     * @param q [N, Tq, C]
     * @param k own keys [N, Tk, C], v alike
     * @param kRef reference keys [R, Tr, C] or null if no row has a reference, vRef alike
     * @return [N, Tq, C]
     */
    public static Var apply(Tape t, Var q, Var k, Var v, Var kRef, Var vRef, ReferenceRows rows, int heads) {
        float scale = (float) (1 / Math.sqrt((double) q.size(2) / heads));
        INDArray out = t.allocate(q.shape());
        for (ReferenceRows.Run run : rows.runs()) {
            t.kernels()
                    .attention(
                            own(q.value(), run),
                            own(k.value(), run),
                            own(v.value(), run),
                            reference(kRef, run),
                            reference(vRef, run),
                            heads,
                            scale,
                            own(out, run));
        }
        return t.record(
                out,
                grad -> {
                    INDArray gq = t.allocate(q.shape());
                    INDArray gk = t.allocate(k.shape());
                    INDArray gv = t.allocate(v.shape());
                    boolean sums = kRef != null && !rows.readEachOnce(kRef.size(0));
                    INDArray gkr = kRef == null ? null : t.allocate(kRef.shape());
                    INDArray gvr = kRef == null ? null : t.allocate(vRef.shape());
                    if (sums) {
                        HostArrays.zero(gkr, 0, gkr.length());
                        HostArrays.zero(gvr, 0, gvr.length());
                    }
                    for (ReferenceRows.Run run : rows.runs()) {
                        INDArray kr = reference(kRef, run);
                        INDArray vr = reference(vRef, run);
                        INDArray sumK = kr == null ? null : Rows.view(gkr, run.reference(), run.count());
                        INDArray sumV = kr == null ? null : Rows.view(gvr, run.reference(), run.count());
                        INDArray partK = kr != null && sums ? t.allocate(kr.shape()) : sumK;
                        INDArray partV = kr != null && sums ? t.allocate(vr.shape()) : sumV;
                        t.kernels()
                                .attentionBackward(
                                        own(q.value(), run),
                                        own(k.value(), run),
                                        own(v.value(), run),
                                        kr,
                                        vr,
                                        heads,
                                        scale,
                                        own(grad, run),
                                        own(gq, run),
                                        own(gk, run),
                                        own(gv, run),
                                        partK,
                                        partV);
                        if (kr != null && sums) {
                            add(t, partK, sumK);
                            add(t, partV, sumV);
                        }
                    }
                    t.accumulate(q, gq);
                    t.accumulate(k, gk);
                    t.accumulate(v, gv);
                    if (kRef != null) {
                        t.accumulate(kRef, gkr);
                        t.accumulate(vRef, gvr);
                    }
                },
                kRef == null ? new Var[] {q, k, v} : new Var[] {q, k, v, kRef, vRef});
    }

    private static INDArray own(INDArray a, ReferenceRows.Run run) {
        return Rows.view(a, run.from(), run.count());
    }

    private static INDArray reference(Var a, ReferenceRows.Run run) {
        return a == null || run.reference() < 0 ? null : Rows.view(a.value(), run.reference(), run.count());
    }

    private static void add(Tape t, INDArray part, INDArray sum) {
        Kernels kernels = t.kernels();
        kernels.axpby(1, sum, 1, part, sum);
        t.free(part);
    }
}
