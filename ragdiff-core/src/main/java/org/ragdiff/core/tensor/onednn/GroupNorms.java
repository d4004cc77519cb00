package org.ragdiff.core.tensor.onednn;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/** Group normalisation of arrays by {@link GroupNormForward}, compiled once for each shape. Stateless. */
final class GroupNorms {
    private GroupNorms() {}

    static void forward(
            ExecutionState s,
            INDArray x,
            INDArray gamma,
            INDArray beta,
            int groups,
            float eps,
            Activation activation,
            INDArray out,
            INDArray mean,
            INDArray rstd) {
        long n = x.size(0);
        long c = x.size(x.rank() - 1);
        long t = x.length() / n / c;
        ShapeKey key = new ShapeKey("groupNorm", n, t, c, groups, Float.floatToIntBits(eps), activation.ordinal());
        GroupNormForward compiled = s.cache()
                .get(
                        key,
                        GroupNormForward.class,
                        () -> GroupNormForward.compile(s, n, t, c, groups, eps, activation, false));
        compiled.run(
                s,
                RawAddress.of(x),
                0,
                RawAddress.of(gamma),
                RawAddress.of(beta),
                RawAddress.of(out),
                RawAddress.of(mean),
                RawAddress.of(rstd),
                s.workspace().bytes(Slot.KERNEL, compiled.scratchBytes()));
    }
}
