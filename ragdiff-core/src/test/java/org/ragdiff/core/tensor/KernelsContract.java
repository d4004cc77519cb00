package org.ragdiff.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.ragdiff.core.tensor.Kernels.Precision;

/**
 * What the kernels of every provider keep: the values of plain loops in double precision, and gradients that
 * are the limits of difference quotients. Subclass and give the provider.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class KernelsContract {
    /** Step of the difference quotients, whose error is of fourth order in it. */
    private static final double STEP = 0.01;

    private final List<Kernels> opened = new ArrayList<>();
    private Kernels kernels;

    protected abstract KernelProvider provider();

    @BeforeAll
    void open() {
        kernels = provider().open(Precision.F32);
        opened.add(kernels);
        if (provider().supports(Precision.BF16)) {
            opened.add(provider().open(Precision.BF16));
        }
    }

    @AfterAll
    void closeAll() {
        opened.forEach(Kernels::close);
    }

    static List<KernelCase> cases() {
        return KernelCases.all();
    }

    static Stream<KernelCase> differentiable() {
        return cases().stream().filter(c -> c.operations().size() > 1 && c.isSmall());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void valuesAreThoseOfPlainLoops(KernelCase c) {
        Map<String, INDArray> expected = c.expected();
        for (Kernels k : opened) {
            for (KernelCase.Operation o : c.operations()) {
                // The second run finds what the first has prepared for the shape.
                for (int run = 0; run < (k == kernels ? 2 : 1); run++) {
                    assertClose(c, o, k, c.run(k, o, expected), expected);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void outputsMayBeInputsWhereTheyMay(KernelCase c) {
        Map<String, INDArray> expected = c.expected();
        for (KernelCase.Operation o : c.operations()) {
            for (String input : KernelCases.IN_PLACE.getOrDefault(o.method(), java.util.Set.of())) {
                String output = o.writes().iterator().next();
                Map<String, INDArray> operands = new LinkedHashMap<>(expected);
                INDArray both = expected.get(input).dup('c');
                operands.put(input, both);
                operands.put(output, both);
                o.body().run(kernels, operands::get);
                assertClose(c, o, kernels, operands, expected);
            }
        }
    }

    private static void assertClose(
            KernelCase c,
            KernelCase.Operation o,
            Kernels kernels,
            Map<String, INDArray> actual,
            Map<String, INDArray> expected) {
        boolean coarse = kernels.precision() == Precision.BF16 && c.products();
        for (String name : o.writes()) {
            if (expected.get(name) == null) {
                continue;
            }
            float[] want = HostArrays.read(expected.get(name));
            float[] got = HostArrays.read(actual.get(name));
            // Rounding of a product is relative to its factors, which are up to 1.
            double scale = coarse ? 1 : 1e-3;
            for (float w : want) {
                scale = Math.max(scale, Math.abs(w));
            }
            int worst = 0;
            for (int i = 0; i < want.length; i++) {
                // Not a number is never within.
                if (!(Math.abs(got[i] - want[i]) <= Math.abs(got[worst] - want[worst]))) {
                    worst = i;
                }
            }
            assertThat((double) got[worst])
                    .as("%s of %s in %s, element %d", name, o.method(), kernels.precision(), worst)
                    .isCloseTo(want[worst], within((coarse ? 2e-2 : 2e-5) * scale));
        }
    }

    @ParameterizedTest
    @MethodSource("differentiable")
    void gradientsAreLimitsOfDifferenceQuotients(KernelCase c) {
        Map<String, INDArray> actual = c.run(kernels);
        SplittableRandom random = new SplittableRandom(3);
        for (String name : c.given().keySet()) {
            INDArray gradient = actual.get(KernelCases.gradient(name));
            if (gradient == null) {
                continue;
            }
            float[] g = HostArrays.read(gradient);
            double scale = 1;
            for (float v : g) {
                scale = Math.max(scale, Math.abs(v));
            }
            for (int n = 0; n < Math.min(5, g.length); n++) {
                int i = g.length <= 5 ? n : random.nextInt(g.length);
                double quotient = (8 * (loss(c, name, i, STEP) - loss(c, name, i, -STEP))
                                - loss(c, name, i, 2 * STEP)
                                + loss(c, name, i, -2 * STEP))
                        / (12 * STEP);
                assertThat((double) g[i])
                        .as("gradient of %s, element %d", name, i)
                        .isCloseTo(quotient, within(2e-4 * scale));
            }
        }
    }

    /** Σ out · gradOut with one element of one operand moved, by plain loops. */
    private static double loss(KernelCase c, String name, int element, double move) {
        Map<String, INDArray> operands = new LinkedHashMap<>(c.given());
        INDArray moved = c.given().get(name).dup('c');
        float[] values = HostArrays.read(moved);
        values[element] = (float) (values[element] + move);
        HostArrays.write(moved, values);
        operands.put(name, moved);
        KernelCase.Operation forward = c.operations().get(0);
        float[] out =
                HostArrays.read(c.run(new ScalarKernels(), forward, operands).get("out"));
        float[] weights = HostArrays.read(c.given().get("gradOut"));
        double sum = 0;
        for (int i = 0; i < out.length; i++) {
            sum += (double) out[i] * weights[i];
        }
        return sum;
    }

    private static INDArray random(long... shape) {
        INDArray a = Nd4j.createUninitialized(DataType.FLOAT, shape);
        SplittableRandom random = new SplittableRandom(11);
        float[] values = new float[(int) a.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble() * 2 - 1);
        }
        HostArrays.write(a, values);
        return a;
    }

    @Test
    void sumOfSquaresOfManyAndFew() {
        for (int n : new int[] {1, 511, 1024, 8193, 200_003}) {
            INDArray x = random(n);
            assertThat(kernels.sumOfSquares(x))
                    .isCloseTo(new ScalarKernels().sumOfSquares(x), Percentage.withPercentage(1e-4));
        }
    }

    @Test
    void infinitiesAndNotANumberReachTheSumOfSquares() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            for (int n : new int[] {3, 5000}) {
                INDArray x = random(n);
                x.putScalar(n - 1, bad);
                assertThat(kernels.sumOfSquares(x)).isNotFinite();
            }
        }
    }

    @Test
    void aLargeMeanDoesNotSpoilTheVariance() {
        INDArray x = random(2, 37, 6).addi(300);
        INDArray ones = Nd4j.ones(DataType.FLOAT, 6);
        INDArray zeros = Nd4j.zeros(DataType.FLOAT, 6);
        Map<Kernels, float[]> out = new LinkedHashMap<>();
        for (Kernels k : List.of(kernels, new ScalarKernels())) {
            INDArray y = x.ulike();
            k.groupNorm(x, ones, zeros, 2, 1e-5f, Activation.NONE, y, random(2, 2), random(2, 2));
            out.put(k, HostArrays.read(y));
        }
        float[] want = out.values().stream().skip(1).findFirst().orElseThrow();
        assertThat(out.get(kernels)).containsExactly(want, within(2e-4f));
    }

    @Test
    void anOperandWithFactorZeroIsNotRead() {
        INDArray a = random(5, 7);
        INDArray out = a.ulike();
        kernels.axpby(-2, a, 0, KernelCase.notNumbers(5, 7), out);
        assertThat(HostArrays.read(out)).containsExactly(HostArrays.read(a.mul(-2)), within(1e-6f));
    }

    @Test
    void slicesOfLargerArraysAreUsedWhereTheyLie() {
        INDArray all = random(3, 4, 6);
        INDArray slice = all.get(NDArrayIndex.point(1));
        assertThat(slice.offset()).isEqualTo(24);
        INDArray results = Nd4j.zeros(DataType.FLOAT, 3, 4, 6);
        kernels.axpby(2, slice, 0, slice, results.get(NDArrayIndex.point(1)));
        assertThat(results.get(NDArrayIndex.point(1))).isEqualTo(slice.mul(2));
        assertThat(results.get(NDArrayIndex.point(0)).sumNumber().doubleValue()).isZero();
        INDArray w = random(5, 6);
        INDArray out = Nd4j.zeros(DataType.FLOAT, 4, 5);
        INDArray expected = out.ulike();
        kernels.linear(slice, w, null, out);
        kernels.linear(slice.dup('c'), w, null, expected);
        assertThat(out).isEqualTo(expected);
    }

    @Test
    void concurrentCallersDoNotDisturbEachOther() throws Exception {
        INDArray x = random(2, 9, 9, 8);
        INDArray w = random(8, 8, 3, 3);
        INDArray expected = Nd4j.createUninitialized(DataType.FLOAT, 2, 9, 9, 8);
        kernels.conv2d(x, w, null, Convolution.same(3), expected);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<INDArray>> all = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                all.add(pool.submit(() -> {
                    INDArray out = Nd4j.createUninitialized(DataType.FLOAT, 2, 9, 9, 8);
                    for (int j = 0; j < 10; j++) {
                        kernels.conv2d(x, w, null, Convolution.same(3), out);
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
        assertThatThrownBy(() -> kernels.matmul(a, false, a, false, 1, random(3, 4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("matmul")
                .hasMessageContaining("[3, 4]");
    }

    @Test
    void closedKernelsSaySo() {
        Kernels k = provider().open(Precision.F32);
        INDArray a = random(2, 2);
        k.multiply(a, a, random(2, 2));
        k.close();
        assertThatThrownBy(() -> k.multiply(a, a, random(2, 2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
