package org.ragdiff.core.tensor.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;

/** Large products, transposed and scaled, against sums in double precision. */
class LargeMatmulTest {
    private static INDArray random(SplittableRandom r, long rows, long columns) {
        INDArray a = Nd4j.createUninitializedDetached(DataType.FLOAT, rows, columns);
        float[] v = new float[(int) a.length()];
        for (int i = 0; i < v.length; i++) {
            v[i] = (float) r.nextGaussian();
        }
        HostArrays.write(a, v);
        return a;
    }

    @ParameterizedTest
    @CsvSource({"false, false, 1", "true, false, 0.5", "false, true, -2", "true, true, 1"})
    void equalsSums(boolean transposeA, boolean transposeB, float alpha) {
        int m = 521;
        int k = 547;
        int n = 533;
        SplittableRandom r = new SplittableRandom(3);
        INDArray a = transposeA ? random(r, k, m) : random(r, m, k);
        INDArray b = transposeB ? random(r, n, k) : random(r, k, n);
        INDArray out = random(r, m, n);
        try (Kernels kernels = new OneDnnKernels(Kernels.Precision.F32)) {
            kernels.matmul(a, transposeA, b, transposeB, alpha, out);
        }
        float[] x = HostArrays.read(a);
        float[] y = HostArrays.read(b);
        float[] got = HostArrays.read(out);
        for (int i = 0; i < m; i += 13) {
            for (int j = 0; j < n; j += 7) {
                double sum = 0;
                for (int l = 0; l < k; l++) {
                    sum += (double) x[transposeA ? l * m + i : i * k + l] * y[transposeB ? j * k + l : l * n + j];
                }
                assertThat((double) got[i * n + j]).isCloseTo(alpha * sum, Offset.offset(2e-4));
            }
        }
    }
}
