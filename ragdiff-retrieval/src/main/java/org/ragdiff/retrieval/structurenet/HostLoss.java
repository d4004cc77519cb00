package org.ragdiff.retrieval.structurenet;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** A scalar loss whose value and gradients were computed on the heap. Stateless. */
final class HostLoss {
    private HostLoss() {}

    /** @param gradients of the loss, one array for each parent; scaled in place */
    static Var record(Tape t, double value, float[][] gradients, Var... parents) {
        INDArray out = t.allocate(1);
        HostArrays.writeScalar(out, value);
        return t.record(
                out,
                grad -> {
                    float up = HostArrays.readScalar(grad);
                    for (int p = 0; p < parents.length; p++) {
                        if (parents[p].requiresGrad()) {
                            float[] g = gradients[p];
                            for (int i = 0; i < g.length; i++) {
                                g[i] *= up;
                            }
                            INDArray array = t.allocate(parents[p].shape());
                            HostArrays.write(array, g);
                            t.accumulate(parents[p], array);
                        }
                    }
                },
                parents);
    }
}
