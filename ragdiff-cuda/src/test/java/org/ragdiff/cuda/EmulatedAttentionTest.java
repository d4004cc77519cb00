package org.ragdiff.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.core.tensor.ScalarKernels;

/** Every attention kernel, at heads that fill it and that do not, over several blocks of queries and keys. */
class EmulatedAttentionTest {
    static List<Arguments> cases() {
        List<Arguments> all = new ArrayList<>();
        for (int head : new int[] {4, 7, 16, 32, 40, 48, 64, 72, 80, 96, 100, 128, 160, 168}) {
            for (Precision p : Precision.values()) {
                if (p != Precision.TF32) {
                    all.add(Arguments.of(head, p));
                }
            }
        }
        return all;
    }

    private static INDArray random(long seed, long... shape) {
        INDArray a = Nd4j.createUninitialized(DataType.FLOAT, shape);
        SplittableRandom r = new SplittableRandom(seed);
        float[] v = new float[(int) a.length()];
        for (int i = 0; i < v.length; i++) {
            v[i] = (float) r.nextGaussian();
        }
        HostArrays.write(a, v);
        return a;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isThatOfPlainLoops(int head, Precision precision) {
        int channels = 2 * head;
        INDArray q = random(1, 1, 70, channels);
        INDArray k = random(2, 1, 67, channels);
        INDArray v = random(3, 1, 67, channels);
        INDArray kRef = random(4, 1, 35, channels);
        INDArray vRef = random(5, 1, 35, channels);
        float scale = (float) (1 / Math.sqrt(head));
        INDArray expected = q.ulike();
        new ScalarKernels().attention(q, k, v, kRef, vRef, 2, scale, expected);
        INDArray out = q.ulike();
        try (Kernels kernels = new EmulatedProvider(true).open(precision)) {
            kernels.attention(q, k, v, kRef, vRef, 2, scale, out);
        }
        // Rounding of factors of size 1 to 8, 11 or 24 bits.
        float tolerance = precision == Precision.F32 ? 2e-6f : precision == Precision.F16 ? 3e-3f : 2e-2f;
        assertThat(HostArrays.read(out)).containsExactly(HostArrays.read(expected), Offset.offset(tolerance));
    }
}
