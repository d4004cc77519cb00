package org.ragdiff.core.tensor.onednn;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/** Attention of arrays by {@link AttentionForward}, compiled once for each shape. Stateless. */
final class AttentionProducts {
    private AttentionProducts() {}

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
        AttentionShape z = new AttentionShape(
                q.size(0), q.size(1), k.size(1), kRef == null ? 0 : kRef.size(1), heads, q.size(2) / heads, scale);
        ShapeKey key = new ShapeKey(
                "attention",
                z.n(),
                z.tq(),
                z.tk(),
                z.tr(),
                heads,
                z.d(),
                Float.floatToIntBits(scale),
                s.bf16() ? 1 : 0);
        AttentionForward compiled = s.cache()
                .get(
                        key,
                        AttentionForward.class,
                        () -> AttentionForward.compile(
                                z, AttentionShape.Formats.ofProducts(s.bf16()), CpuEngine.threads()));
        compiled.run(
                s,
                RawAddress.of(q),
                RawAddress.of(k),
                RawAddress.of(v),
                kRef == null ? 0 : RawAddress.of(kRef),
                vRef == null ? 0 : RawAddress.of(vRef),
                RawAddress.of(out),
                s.workspace().bytes(Slot.KERNEL, compiled.scratchBytes()));
    }
}
