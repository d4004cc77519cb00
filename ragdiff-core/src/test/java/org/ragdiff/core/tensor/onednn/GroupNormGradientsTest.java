package org.ragdiff.core.tensor.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.core.tensor.ScalarKernels;

/** Sizes that need several blocks, a smaller last one, and sums in parts, against plain loops in double. */
class GroupNormGradientsTest {
    private final Random random = new Random(11);

    private INDArray array(double mean, long... shape) {
        INDArray a = Nd4j.create(DataType.FLOAT, shape);
        float[] values = new float[(int) a.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (mean + random.nextGaussian());
        }
        HostArrays.write(a, values);
        return a;
    }

    private static INDArray[] gradients(
            Kernels k, INDArray[] in, int groups, Activation activation, INDArray mean, INDArray rstd) {
        INDArray[] out = {in[0].ulike(), in[1].ulike(), in[2].ulike()};
        k.groupNormBackward(in[0], in[1], in[2], groups, activation, mean, rstd, in[3], out[0], out[1], out[2]);
        return out;
    }

    @Test
    void blocksAndPartsAgreeWithLoopsAndRepeatTheirBits() {
        long[][] sizes = {{7, 1040, 64}, {1, 6000, 48}, {5, 64, 96}, {2, 37, 30}, {2, 300, 960}};
        int[] groups = {8, 8, 32, 15, 32};
        Kernels scalar = new ScalarKernels();
        try (OneDnnKernels k = new OneDnnKernels(Precision.F32)) {
            for (int i = 0; i < sizes.length; i++) {
                for (Activation activation : new Activation[] {Activation.NONE, Activation.SILU}) {
                    long[] size = sizes[i];
                    INDArray[] in = {array(2, size), array(1, size[2]), array(0, size[2]), array(0, size)};
                    in[1].putScalar(1, 0);
                    INDArray mean = array(0, size[0], groups[i]);
                    INDArray rstd = array(0, size[0], groups[i]);
                    scalar.groupNorm(in[0], in[1], in[2], groups[i], 1e-5f, activation, in[0].ulike(), mean, rstd);
                    INDArray[] expected = gradients(scalar, in, groups[i], activation, mean, rstd);
                    INDArray[] once = gradients(k, in, groups[i], activation, mean, rstd);
                    INDArray[] again = gradients(k, in, groups[i], activation, mean, rstd);
                    for (int j = 0; j < 3; j++) {
                        double scale = expected[j].norm2Number().doubleValue();
                        assertThat(once[j].distance2(expected[j]) / scale).isLessThan(5e-6);
                        assertThat(HostArrays.read(again[j])).isEqualTo(HostArrays.read(once[j]));
                    }
                }
            }
        }
    }
}
