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

/** Attention over many keys, within the bound of its exponentials and far beyond it, against double precision. */
class ExponentialAttentionTest {
    private static INDArray random(SplittableRandom r, double deviation, long... shape) {
        INDArray a = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
        float[] v = new float[(int) a.length()];
        for (int i = 0; i < v.length; i++) {
            v[i] = (float) (deviation * r.nextGaussian());
        }
        HostArrays.write(a, v);
        return a;
    }

    @ParameterizedTest
    @CsvSource({
        "1, 300, 2500, 0, 2, 40, 1",
        "2, 70, 517, 1600, 4, 16, 1",
        "1, 257, 1100, 2049, 2, 8, 2",
        "1, 65, 2700, 0, 3, 33, 1",
        "1, 33, 2100, 40, 2, 40, 30",
        "2, 256, 2048, 0, 2, 40, 6",
    })
    void equalsSoftmax(int n, int tq, int tk, int tr, int heads, int d, double deviation) {
        SplittableRandom r = new SplittableRandom(5);
        int c = heads * d;
        INDArray q = random(r, deviation, n, tq, c);
        INDArray k = random(r, deviation, n, tk, c);
        INDArray v = random(r, 1, n, tk, c);
        INDArray kRef = tr == 0 ? null : random(r, deviation, n, tr, c);
        INDArray vRef = tr == 0 ? null : random(r, 1, n, tr, c);
        INDArray out = Nd4j.createUninitializedDetached(DataType.FLOAT, n, tq, c);
        float scale = (float) (1 / Math.sqrt(d));
        try (Kernels kernels = new OneDnnKernels(Kernels.Precision.F32)) {
            kernels.attention(q, k, v, kRef, vRef, heads, scale, out);
        }
        float[] got = HostArrays.read(out);
        for (int i = 0; i < n; i++) {
            for (int t = 0; t < tq; t += 7) {
                for (int h = 0; h < heads; h++) {
                    double[] expected = row(q, k, v, kRef, vRef, i, t, h, d, scale);
                    for (int j = 0; j < d; j++) {
                        assertThat((double) got[(i * tq + t) * c + h * d + j])
                                .isCloseTo(
                                        expected[j],
                                        Offset.offset(deviation > 20 ? 1e-3 : deviation > 5 ? 1e-4 : 3e-6));
                    }
                }
            }
        }
    }

    private static double[] row(
            INDArray q, INDArray k, INDArray v, INDArray kRef, INDArray vRef, int n, int t, int h, int d, float scale) {
        int tk = (int) k.size(1);
        int tr = kRef == null ? 0 : (int) kRef.size(1);
        int c = (int) q.size(2);
        float[] qs = HostArrays.read(q);
        float[][] ks = {HostArrays.read(k), kRef == null ? null : HostArrays.read(kRef)};
        float[][] vs = {HostArrays.read(v), vRef == null ? null : HostArrays.read(vRef)};
        double[] scores = new double[tk + tr];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < scores.length; i++) {
            int from = ((i < tk ? n * tk + i : n * tr + i - tk)) * c + h * d;
            for (int j = 0; j < d; j++) {
                scores[i] += (double) qs[(n * (int) q.size(1) + t) * c + h * d + j] * ks[i < tk ? 0 : 1][from + j];
            }
            scores[i] *= scale;
            largest = Math.max(largest, scores[i]);
        }
        double sum = 0;
        double[] out = new double[d];
        for (int i = 0; i < scores.length; i++) {
            double w = Math.exp(scores[i] - largest);
            sum += w;
            int from = ((i < tk ? n * tk + i : n * tr + i - tk)) * c + h * d;
            for (int j = 0; j < d; j++) {
                out[j] += w * vs[i < tk ? 0 : 1][from + j];
            }
        }
        for (int j = 0; j < d; j++) {
            out[j] /= sum;
        }
        return out;
    }
}
