package org.ragdiff.retrieval.structurenet;

import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * SigLIP's loss (Zhai et al. 2023, algorithm 1): each pair on its own is said to belong together or not, with
 * the logit scale · cosine + bias; the cross-entropies of all pairs are summed and divided by the number of rows.
 * Stateless.
 */
final class SigmoidLoss {
    private SigmoidLoss() {}

    /**
     * @param cosines [B, C]
     * @param logScale logarithm of the scale, [1]; bounded as in {@link ContrastiveLoss}
     * @param bias [1]
     * @param targets B · C in [0, 1], 1 for pairs that belong together; a pair with a negative one is left out
     */
    static Var of(Tape t, Var cosines, Var logScale, Var bias, float[] targets) {
        float[] cos = HostArrays.read(cosines.value());
        if (targets.length != cos.length) {
            throw new IllegalArgumentException(targets.length + " targets for " + cos.length + " cosines");
        }
        double raw = Math.exp(logScale.item());
        double scale = Math.min(raw, ContrastiveLoss.MAX_SCALE);
        double shift = bias.item();
        double rows = cosines.size(0);
        double loss = 0;
        double byLogScale = 0;
        double byBias = 0;
        float[] byCosine = new float[cos.length];
        for (int i = 0; i < cos.length; i++) {
            double y = targets[i];
            if (y < 0) {
                continue;
            }
            double z = scale * cos[i] + shift;
            // log(1 + eᶻ) − y·z without overflow
            loss += Math.max(z, 0) - y * z + Math.log1p(Math.exp(-Math.abs(z)));
            double g = (1 / (1 + Math.exp(-z)) - y) / rows;
            byCosine[i] = (float) (g * scale);
            byLogScale += g * scale * cos[i];
            byBias += g;
        }
        float[][] gradients = {byCosine, {raw > ContrastiveLoss.MAX_SCALE ? 0 : (float) byLogScale}, {(float) byBias}};
        return HostLoss.record(t, loss / rows, gradients, cosines, logScale, bias);
    }
}
