package org.ragdiff.retrieval.structurenet;

import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Binary cross-entropy of logits against shares in [0, 1], averaged over those that are known. Stateless. */
final class ShareLoss {
    private ShareLoss() {}

    /** @param shares one for each logit; negative for unknown */
    static Var of(Tape t, Var logits, float[] shares) {
        float[] x = HostArrays.read(logits.value());
        if (x.length != shares.length) {
            throw new IllegalArgumentException(shares.length + " shares for " + x.length + " logits");
        }
        double sum = 0;
        int known = 0;
        for (int i = 0; i < x.length; i++) {
            if (shares[i] < 0) {
                x[i] = 0;
                continue;
            }
            // log(1 + eˣ) − y·x without overflow
            sum += Math.max(x[i], 0) - x[i] * shares[i] + Math.log1p(Math.exp(-Math.abs(x[i])));
            x[i] = (float) (1 / (1 + Math.exp(-x[i]))) - shares[i];
            known++;
        }
        int n = Math.max(1, known);
        for (int i = 0; i < x.length; i++) {
            x[i] /= n;
        }
        return HostLoss.record(t, sum / n, new float[][] {x}, logits);
    }
}
