package org.ragdiff.core.tensor.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.io.HalfFloats;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;

/** Attention over many keys, within the bound of its exponentials and far beyond it, against double precision. */
class ExponentialAttentionTest {
    /** @param low whether values are representable in bfloat16 */
    private static INDArray random(SplittableRandom r, boolean low, double deviation, long... shape) {
        INDArray a = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
        float[] v = new float[(int) a.length()];
        for (int i = 0; i < v.length; i++) {
            float value = (float) (deviation * r.nextGaussian());
            v[i] = low ? HalfFloats.fromBf16(HalfFloats.toBf16(value)) : value;
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
        double allowed = deviation > 20 ? 1e-3 : deviation > 5 ? 1e-4 : 3e-6;
        compare(Kernels.Precision.F32, n, tq, tk, tr, heads, d, deviation, allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 300, 2500, 0, 2, 40, 1",
        "2, 70, 517, 1600, 4, 16, 1",
        "1, 257, 1100, 2049, 2, 8, 2",
        "1, 65, 2700, 0, 3, 33, 1",
        "2, 64, 2048, 0, 2, 40, 6",
    })
    void equalsSoftmaxOfBfloat16(int n, int tq, int tk, int tr, int heads, int d, double deviation) {
        assumeTrue(CpuEngine.hasBf16(), "the processor does not multiply bfloat16");
        // Weights are off by 2^-9 of themselves, values are at most about 4; where many weights count, errors cancel.
        compare(Kernels.Precision.BF16, n, tq, tk, tr, heads, d, deviation, deviation > 1 ? 8e-3 : 5e-4);
    }

    private static void compare(
            Kernels.Precision precision,
            int n,
            int tq,
            int tk,
            int tr,
            int heads,
            int d,
            double deviation,
            double allowed) {
        boolean low = precision == Kernels.Precision.BF16;
        SplittableRandom r = new SplittableRandom(5);
        int c = heads * d;
        INDArray q = random(r, low, deviation, n, tq, c);
        INDArray k = random(r, low, deviation, n, tk, c);
        INDArray v = random(r, low, 1, n, tk, c);
        INDArray kRef = tr == 0 ? null : random(r, low, deviation, n, tr, c);
        INDArray vRef = tr == 0 ? null : random(r, low, 1, n, tr, c);
        INDArray out = Nd4j.createUninitializedDetached(DataType.FLOAT, n, tq, c);
        float scale = (float) (1 / Math.sqrt(d));
        try (Kernels kernels = new OneDnnKernels(precision)) {
            kernels.attention(q, k, v, kRef, vRef, heads, scale, out);
        }
        float[] got = HostArrays.read(out);
        float[] qs = HostArrays.read(q);
        float[][] ks = {HostArrays.read(k), tr == 0 ? null : HostArrays.read(kRef)};
        float[][] vs = {HostArrays.read(v), tr == 0 ? null : HostArrays.read(vRef)};
        for (int i = 0; i < n; i++) {
            for (int t = 0; t < tq; t += 7) {
                for (int h = 0; h < heads; h++) {
                    double[] expected = row(qs, ks, vs, new int[] {tq, tk, tr, c}, i, t, h, d, scale);
                    for (int j = 0; j < d; j++) {
                        assertThat((double) got[(i * tq + t) * c + h * d + j])
                                .isCloseTo(expected[j], Offset.offset(allowed));
                    }
                }
            }
        }
    }

    /** @param sizes queries, own keys, reference keys, channels */
    private static double[] row(
            float[] qs, float[][] ks, float[][] vs, int[] sizes, int n, int t, int h, int d, float scale) {
        int tk = sizes[1];
        int tr = sizes[2];
        int c = sizes[3];
        double[] scores = new double[tk + tr];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < scores.length; i++) {
            int from = ((i < tk ? n * tk + i : n * tr + i - tk)) * c + h * d;
            for (int j = 0; j < d; j++) {
                scores[i] += (double) qs[(n * sizes[0] + t) * c + h * d + j] * ks[i < tk ? 0 : 1][from + j];
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
