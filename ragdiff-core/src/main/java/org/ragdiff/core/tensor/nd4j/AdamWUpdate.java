package org.ragdiff.core.tensor.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.ragdiff.core.tensor.Kernels.AdamWStep;

/**
 * AdamW (Loshchilov and Hutter 2019). ND4J's own Adam neither decays weights nor adds eps to the
 * bias-corrected root, as torch.optim.AdamW does.
 */
final class AdamWUpdate {
    private AdamWUpdate() {}

    static void run(INDArray parameter, INDArray gradient, INDArray m, INDArray v, AdamWStep s, float gradScale) {
        INDArray g = gradient.mul(gradScale);
        m.muli(s.beta1()).addi(g.mul(1 - s.beta1()));
        v.muli(s.beta2()).addi(g.muli(g).muli(1 - s.beta2()));
        double correction1 = 1 - Math.pow(s.beta1(), s.step());
        double correction2 = 1 - Math.pow(s.beta2(), s.step());
        INDArray root =
                Transforms.sqrt(v, true).muli(1 / Math.sqrt(correction2)).addi(s.eps());
        INDArray step = m.div(root).muli(s.learningRate() / correction1);
        parameter.muli(1 - s.learningRate() * s.weightDecay()).subi(step);
    }
}
