package org.ragdiff.core.tensor.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Kernels.AdamWStep;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.core.tensor.ScalarKernels;

/** Every operation against plain loops in double precision, on odd, prime and single sizes. */
class OneDnnKernelsTest {
    private static final Kernels REFERENCE = new ScalarKernels();
    private static OneDnnKernels f32;
    private static OneDnnKernels bf16;

    private final SplittableRandom random = new SplittableRandom(7);

    @BeforeAll
    static void open() {
        f32 = new OneDnnKernels(Precision.F32);
        bf16 = new OneDnnKernels(Precision.BF16);
    }

    @AfterAll
    static void close() {
        f32.close();
        bf16.close();
    }

    private interface Operation {
        void run(Kernels kernels, INDArray[] outputs);
    }

    private INDArray random(long... shape) {
        INDArray a = Nd4j.createUninitialized(DataType.FLOAT, shape);
        float[] values = new float[(int) a.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble() * 2 - 1);
        }
        HostArrays.write(a, values);
        return a;
    }

    /** Runs with float32 and, if the operation has products, with bfloat16. */
    private static void compare(boolean products, Operation operation, long[]... shapes) {
        INDArray[] expected = filled(shapes);
        operation.run(REFERENCE, expected);
        compare(f32, 2e-5, operation, expected, shapes);
        compare(bf16, products ? 2e-2 : 2e-5, operation, expected, shapes);
    }

    private static INDArray[] filled(long[]... shapes) {
        INDArray[] out = new INDArray[shapes.length];
        for (int i = 0; i < shapes.length; i++) {
            out[i] = Nd4j.createUninitialized(DataType.FLOAT, shapes[i]).assign(17);
        }
        return out;
    }

    private static void compare(
            Kernels kernels, double tolerance, Operation operation, INDArray[] expected, long[]... shapes) {
        INDArray[] actual = filled(shapes);
        // The second run uses cached primitives.
        operation.run(kernels, actual);
        for (INDArray a : actual) {
            a.assign(17);
        }
        operation.run(kernels, actual);
        for (int i = 0; i < actual.length; i++) {
            float[] want = HostArrays.read(expected[i]);
            float[] got = HostArrays.read(actual[i]);
            // Rounding of a product is relative to its factors, which are up to 1.
            double scale = kernels.precision() == Precision.BF16 ? 1 : 1e-3;
            for (float w : want) {
                scale = Math.max(scale, Math.abs(w));
            }
            for (int j = 0; j < want.length; j++) {
                assertThat((double) got[j])
                        .as("output %d element %d in %s", i, j, kernels.precision())
                        .isCloseTo(want[j], org.assertj.core.data.Offset.offset(tolerance * scale));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, 7, 5, 3, 5, 3, 1, 1, 1, 1, 1", "1, 8, 8, 16, 32, 3, 1, 1, 1, 1, 1", "2, 9, 6, 4, 7, 3, 2, 0, 0, 1, 1",
        "1, 8, 10, 5, 3, 3, 2, 1, 1, 1, 1", "3, 5, 7, 17, 13, 1, 1, 0, 0, 0, 0", "1, 1, 1, 3, 2, 3, 1, 1, 1, 1, 1",
        "2, 6, 6, 64, 32, 3, 1, 1, 1, 1, 1", "1, 12, 8, 3, 16, 4, 4, 0, 0, 0, 0", "1, 7, 7, 2, 3, 5, 1, 2, 2, 2, 2",
        "2, 8, 8, 32, 3, 3, 1, 1, 1, 1, 1", "1, 6, 4, 5, 6, 1, 2, 0, 0, 0, 0"
    })
    void convolutions(int n, int h, int w, int ci, int co, int k, int stride, int t, int l, int b, int r) {
        Convolution g = new Convolution(stride, t, l, b, r);
        INDArray x = random(n, h, w, ci);
        INDArray weights = random(co, ci, k, k);
        INDArray bias = random(co);
        long[] out = {n, g.outHeight(h, k), g.outWidth(w, k), co};
        INDArray grad = random(out);
        compare(true, (ks, o) -> ks.conv2d(x, weights, bias, g, o[0]), out);
        compare(true, (ks, o) -> ks.conv2d(x, weights, null, g, o[0]), out);
        compare(true, (ks, o) -> ks.conv2dBackwardData(grad, weights, g, o[0]), x.shape());
        compare(true, (ks, o) -> ks.conv2dBackwardWeights(x, grad, g, o[0], o[1]), weights.shape(), bias.shape());
        compare(true, (ks, o) -> ks.conv2dBackwardWeights(x, grad, g, o[0], null), weights.shape());
    }

    @ParameterizedTest
    @CsvSource({"5, 7, 3", "1, 1, 1", "64, 32, 48", "1, 37, 13", "29, 1, 5", "2500, 5, 3"})
    void products(int m, int k, int n) {
        for (int c = 0; c < 4; c++) {
            boolean ta = (c & 1) != 0;
            boolean tb = (c & 2) != 0;
            INDArray a = ta ? random(k, m) : random(m, k);
            INDArray b = tb ? random(n, k) : random(k, n);
            compare(true, (ks, o) -> ks.matmul(a, ta, b, tb, -0.5f, o[0]), new long[] {m, n});
            INDArray a3 = ta ? random(3, k, m) : random(3, m, k);
            INDArray b3 = tb ? random(3, n, k) : random(3, k, n);
            compare(true, (ks, o) -> ks.matmul(a3, ta, b3, tb, 1, o[0]), new long[] {3, m, n});
        }
        INDArray x = random(m, k);
        INDArray w = random(n, k);
        INDArray bias = random(n);
        INDArray grad = random(m, n);
        compare(true, (ks, o) -> ks.linear(x, w, bias, o[0]), new long[] {m, n});
        compare(true, (ks, o) -> ks.linear(x, w, null, o[0]), new long[] {m, n});
        compare(true, (ks, o) -> ks.linearBackwardWeights(x, grad, o[0], o[1]), w.shape(), bias.shape());
        compare(true, (ks, o) -> ks.linearBackwardWeights(x, grad, o[0], null), w.shape());
    }

    @ParameterizedTest
    @CsvSource({
        "2, 5, 7, 3, 2, 5",
        "1, 1, 1, 1, 1, 3",
        "3, 16, 16, 0, 4, 8",
        "2, 17, 13, 11, 3, 7",
        "1, 36, 36, 36, 2, 32"
    })
    void attention(int n, int tq, int tk, int tr, int heads, int d) {
        int c = heads * d;
        INDArray q = random(n, tq, c);
        INDArray k = random(n, tk, c);
        INDArray v = random(n, tk, c);
        INDArray kr = tr == 0 ? null : random(n, tr, c);
        INDArray vr = tr == 0 ? null : random(n, tr, c);
        INDArray grad = random(n, tq, c);
        long[] own = k.shape();
        compare(true, (ks, o) -> ks.attention(q, k, v, kr, vr, heads, 0.7f, o[0]), q.shape());
        if (tr == 0) {
            compare(
                    true,
                    (ks, o) ->
                            ks.attentionBackward(q, k, v, null, null, heads, 0.7f, grad, o[0], o[1], o[2], null, null),
                    q.shape(),
                    own,
                    own);
        } else {
            compare(
                    true,
                    (ks, o) -> ks.attentionBackward(q, k, v, kr, vr, heads, 0.7f, grad, o[0], o[1], o[2], o[3], o[4]),
                    q.shape(),
                    own,
                    own,
                    kr.shape(),
                    vr.shape());
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 5, 6, 3", "1, 1, 4, 2", "3, 49, 64, 32", "2, 35, 15, 15", "1, 64, 32, 1", "2, 7, 13, 1"})
    void groupNorm(int n, int t, int c, int groups) {
        for (double mean : new double[] {0, 3}) {
            INDArray x = random(n, t, c).addi(mean);
            INDArray gamma = random(c);
            INDArray beta = random(c);
            INDArray grad = random(n, t, c);
            INDArray mu = Nd4j.createUninitialized(DataType.FLOAT, n, groups);
            INDArray rstd = Nd4j.createUninitialized(DataType.FLOAT, n, groups);
            for (Activation a : List.of(Activation.NONE, Activation.SILU)) {
                compare(
                        false,
                        (ks, o) -> ks.groupNorm(x, gamma, beta, groups, 1e-2f, a, o[0], o[1], o[2]),
                        x.shape(),
                        mu.shape(),
                        mu.shape());
                REFERENCE.groupNorm(x, gamma, beta, groups, 1e-2f, a, x.ulike(), mu, rstd);
                compare(
                        false,
                        (ks, o) -> ks.groupNormBackward(x, gamma, beta, groups, a, mu, rstd, grad, o[0], o[1], o[2]),
                        x.shape(),
                        gamma.shape(),
                        gamma.shape());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 7", "1, 2", "33, 64", "13, 1"})
    void rows(int m, int c) {
        INDArray x = random(m, c);
        INDArray gamma = random(c);
        INDArray beta = random(c);
        INDArray grad = random(m, c);
        INDArray mean = Nd4j.createUninitialized(DataType.FLOAT, m);
        INDArray rstd = Nd4j.createUninitialized(DataType.FLOAT, m);
        compare(
                false,
                (ks, o) -> ks.layerNorm(x, gamma, beta, 1e-2f, o[0], o[1], o[2]),
                x.shape(),
                mean.shape(),
                mean.shape());
        REFERENCE.layerNorm(x, gamma, beta, 1e-2f, x.ulike(), mean, rstd);
        compare(
                false,
                (ks, o) -> ks.layerNormBackward(x, gamma, mean, rstd, grad, o[0], o[1], o[2]),
                x.shape(),
                gamma.shape(),
                gamma.shape());
        compare(false, (ks, o) -> ks.softmax(x, o[0]), x.shape());
        compare(
                false,
                (ks, o) -> {
                    o[0].assign(x);
                    ks.softmax(o[0], o[0]);
                },
                x.shape());
        INDArray p = x.ulike();
        REFERENCE.softmax(x, p);
        compare(false, (ks, o) -> ks.softmaxBackward(p, grad, o[0]), x.shape());
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void activations(Activation a) {
        INDArray x = random(7, 11).muli(4);
        INDArray grad = random(7, 11);
        compare(false, (ks, o) -> ks.activate(a, x, o[0]), x.shape());
        compare(
                false,
                (ks, o) -> {
                    o[0].assign(x);
                    ks.activate(a, o[0], o[0]);
                },
                x.shape());
        compare(false, (ks, o) -> ks.activateBackward(a, x, grad, o[0]), x.shape());
        compare(
                false,
                (ks, o) -> {
                    o[0].assign(grad);
                    ks.activateBackward(a, x, o[0], o[0]);
                },
                x.shape());
    }

    @Test
    void pointwise() {
        INDArray a = random(3, 5, 7);
        INDArray b = random(3, 5, 7);
        INDArray row = random(3, 7);
        compare(false, (ks, o) -> ks.axpby(0.3f, a, -2, b, o[0]), a.shape());
        compare(false, (ks, o) -> ks.axpby(1, a, 0, b, o[0]), a.shape());
        compare(false, (ks, o) -> ks.axpby(1, a, 1, b, o[0]), a.shape());
        compare(false, (ks, o) -> ks.axpby(0.5f, o[0].assign(a), 3, b, o[0]), a.shape());
        compare(false, (ks, o) -> ks.axpby(0.5f, a, 3, o[0].assign(b), o[0]), a.shape());
        compare(false, (ks, o) -> ks.axpby(0.5f, o[0].assign(b), 3, o[0], o[0]), a.shape());
        compare(false, (ks, o) -> ks.multiply(a, b, o[0]), a.shape());
        compare(false, (ks, o) -> ks.multiply(o[0].assign(a), b, o[0]), a.shape());
        compare(false, (ks, o) -> ks.multiply(a, o[0].assign(b), o[0]), a.shape());
        compare(false, (ks, o) -> ks.addRow(a, row, o[0]), a.shape());
        compare(false, (ks, o) -> ks.addRow(o[0].assign(a), row, o[0]), a.shape());
        compare(false, (ks, o) -> ks.sumTokens(a, o[0]), row.shape());
        INDArray x = random(11, 14).muli(3);
        INDArray grad = random(11, 7);
        compare(false, (ks, o) -> ks.geglu(x, o[0]), grad.shape());
        compare(false, (ks, o) -> ks.gegluBackward(x, grad, o[0]), x.shape());
    }

    @Test
    void sumOfSquaresOfManyAndFew() {
        for (int n : new int[] {1, 511, 8193, 200_003}) {
            INDArray x = random(n);
            assertThat(f32.sumOfSquares(x))
                    .isCloseTo(REFERENCE.sumOfSquares(x), org.assertj.core.data.Percentage.withPercentage(1e-4));
        }
    }

    @Test
    void resizing() {
        INDArray small = random(2, 3, 5, 7);
        INDArray large = random(2, 6, 10, 7);
        compare(false, (ks, o) -> ks.upsample2x(small, o[0]), large.shape());
        compare(false, (ks, o) -> ks.upsample2xBackward(large, o[0]), small.shape());
        compare(false, (ks, o) -> ks.averagePool2x(large, o[0]), small.shape());
        compare(false, (ks, o) -> ks.averagePool2xBackward(small, o[0]), large.shape());
    }

    @Test
    void channelsAreCopiedAndTheOthersStay() {
        INDArray source = random(13, 11);
        compare(false, (ks, o) -> ks.copyChannels(source, 3, o[0], 2, 5), new long[] {13, 9});
        compare(false, (ks, o) -> ks.copyChannels(source, 0, o[0], 0, 11), new long[] {13, 11});
        compare(false, (ks, o) -> ks.copyChannels(source, 10, o[0], 0, 1), new long[] {13, 1});
    }

    @Test
    void adamWFollowsItsDefinition() {
        for (int n : new int[] {7, 100_003}) {
            INDArray p = random(n);
            INDArray g = random(n);
            INDArray m = random(n);
            INDArray v = random(n).muli(0.5).addi(0.5);
            compare(
                    false,
                    (ks, o) -> ks.adamW(
                            o[0].assign(p),
                            g,
                            o[1].assign(m),
                            o[2].assign(v),
                            new AdamWStep(1e-2f, 0.9f, 0.999f, 1e-8f, 0.1f, 3),
                            0.7f),
                    p.shape(),
                    p.shape(),
                    p.shape());
        }
    }

    @Test
    void longColumnSums() {
        INDArray grad = random(1, 60, 70, 5);
        INDArray x = random(1, 60, 70, 2);
        compare(
                true,
                (ks, o) -> ks.conv2dBackwardWeights(x, grad, Convolution.same(1), o[0], o[1]),
                new long[] {5, 2, 1, 1},
                new long[] {5});
    }

    @Test
    void slicesOfLargerArraysAreUsedWhereTheyLie() {
        INDArray all = random(3, 4, 6);
        INDArray slice = all.get(org.nd4j.linalg.indexing.NDArrayIndex.point(1));
        assertThat(slice.offset()).isEqualTo(24);
        compare(false, (ks, o) -> ks.axpby(2, slice, 0, slice, o[0]), slice.shape());
    }

    @Test
    void concurrentCallersDoNotDisturbEachOther() throws Exception {
        INDArray x = random(2, 9, 9, 8);
        INDArray w = random(8, 8, 3, 3);
        INDArray expected = Nd4j.createUninitialized(DataType.FLOAT, 2, 9, 9, 8);
        f32.conv2d(x, w, null, Convolution.same(3), expected);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<INDArray>> all = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                all.add(pool.submit(() -> {
                    INDArray out = Nd4j.createUninitialized(DataType.FLOAT, 2, 9, 9, 8);
                    for (int j = 0; j < 10; j++) {
                        f32.conv2d(x, w, null, Convolution.same(3), out);
                    }
                    return out;
                }));
            }
            for (Future<INDArray> f : all) {
                assertThat(f.get()).isEqualTo(expected);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void failuresNameOperationAndShapes() {
        INDArray a = random(3, 4);
        assertThatThrownBy(() -> f32.matmul(a, false, a, false, 1, random(3, 4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("matmul")
                .hasMessageContaining("[3, 4]");
    }

    @Test
    void closedKernelsSaySo() {
        OneDnnKernels k = new OneDnnKernels(Precision.F32);
        k.close();
        INDArray a = random(2, 2);
        assertThatThrownBy(() -> k.multiply(a, a, random(2, 2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
