package org.ragdiff.core.tensor.onednn;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/** Group normalisation of arrays by {@link GroupNormForward} and {@link GroupNormGradients}, compiled once for each shape. Stateless. */
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

    static void backward(
            ExecutionState s,
            INDArray x,
            INDArray gamma,
            INDArray beta,
            int groups,
            Activation activation,
            INDArray mean,
            INDArray rstd,
            INDArray gradOut,
            INDArray gradX,
            INDArray gradGamma,
            INDArray gradBeta) {
        long n = x.size(0);
        long c = x.size(x.rank() - 1);
        long t = x.length() / n / c;
        GroupNormGradients compiled = s.cache()
                .get(
                        new ShapeKey("groupNormBackward", n, t, c, groups, activation.ordinal()),
                        GroupNormGradients.class,
                        () -> GroupNormGradients.compile(s, n, t, c, groups, activation));
        compiled.run(
                s,
                RawAddress.of(x),
                RawAddress.of(gamma),
                RawAddress.of(beta),
                RawAddress.of(mean),
                RawAddress.of(rstd),
                RawAddress.of(gradOut),
                RawAddress.of(gradX),
                RawAddress.of(gradGamma),
                RawAddress.of(gradBeta),
                s.workspace().bytes(Slot.KERNEL, compiled.scratchBytes()));
    }
}
