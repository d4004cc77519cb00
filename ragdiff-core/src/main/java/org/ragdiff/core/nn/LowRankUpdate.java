package org.ragdiff.core.nn;

import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * What LoRA adds to a linear map W (Hu et al. 2021, section 4.1): W + scale · B · A, with {@code lora_A.weight} [rank,
 * in] as torch.nn.Linear initialises it and {@code lora_B.weight} [out, rank] of zeros, so that nothing changes at first.
 */
final class LowRankUpdate extends Module {
    private final Linear a;
    private final Linear b;
    private final float scale;

    /** @param random null for weights that are loaded */
    LowRankUpdate(SplittableRandom random, long[] weightShape, int rank, double scale) {
        a = child("lora_A", Linear.withoutBias(random, Math.toIntExact(weightShape[1]), rank));
        b = child("lora_B", Linear.zeroWithoutBias(rank, Math.toIntExact(weightShape[0])));
        this.scale = (float) scale;
    }

    /** y [.., out] and the update of x [.., in]. */
    Var addTo(Tape t, Var x, Var y) {
        return Elementwise.combine(t, 1, y, scale, b.apply(t, a.apply(t, x)));
    }

    /** Adds scale · B · A to a weight [out, in]. */
    void addInto(INDArray weight, Kernels kernels) {
        try (INDArray product = Nd4j.createUninitializedDetached(DataType.FLOAT, weight.shape())) {
            kernels.matmul(b.weight().value(), false, a.weight().value(), false, 1, product);
            kernels.axpby(1, weight, scale, product, weight);
        }
    }
}
