package org.ragdiff.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The transposed convolution against doubling and then the plain convolution, at odd sizes, on every provider. */
class UpsampledConvolutionTest {
    /** Of sums of a few dozen products of numbers around 1. */
    private static final float TOLERANCE = 1e-4f;

    static Stream<KernelProvider> providers() {
        return KernelProviders.installed().stream()
                .filter(p -> p.unavailableReason().isEmpty());
    }

    private static INDArray random(long seed, long... shape) {
        INDArray a = Nd4j.createUninitialized(DataType.FLOAT, shape);
        SplittableRandom r = new SplittableRandom(seed);
        float[] values = new float[Math.toIntExact(a.length())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) r.nextGaussian();
        }
        HostArrays.write(a, values);
        return a;
    }

    private interface Operation {
        Var apply(Tape t, Var x, Var w, Var bias);
    }

    /** Result and gradients of x, w and bias for a random gradient of the result. */
    private static List<float[]> run(Kernels kernels, boolean withBias, Operation operation) {
        try (Gradient x = new Gradient(2, 3, 5, 7);
                Gradient w = new Gradient(6, 7, 3, 3);
                Gradient bias = new Gradient(6);
                TensorPool pool = new TensorPool()) {
            float[] value;
            try (Tape t = Tape.training(kernels, pool)) {
                Var y = operation.apply(
                        t,
                        t.leaf(random(1, 2, 3, 5, 7), x),
                        t.leaf(random(2, 6, 7, 3, 3), w),
                        withBias ? t.leaf(random(3, 6), bias) : null);
                assertThat(y.shape()).containsExactly(2, 6, 10, 6);
                value = HostArrays.read(y.value());
                t.backward(y, random(4, 2, 6, 10, 6));
            }
            assertThat(pool.takenCount()).isZero();
            return List.of(
                    value, HostArrays.read(x.array()), HostArrays.read(w.array()), HostArrays.read(bias.array()));
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void valuesAndGradientsAreThoseOfTheTwoOperations(KernelProvider provider) {
        try (Kernels kernels = new CheckedKernels(provider.open(Kernels.Precision.F32), true)) {
            for (boolean withBias : new boolean[] {true, false}) {
                List<float[]> expected = run(
                        kernels,
                        withBias,
                        (t, x, w, bias) ->
                                Convolutions.conv2d(t, Shapes.upsample2x(t, x), w, bias, Convolution.same(3)));
                List<float[]> actual = run(kernels, withBias, UpsampledConvolution::apply);
                for (int i = 0; i < expected.size(); i++) {
                    assertThat(actual.get(i)).as("array %d", i).containsExactly(expected.get(i), offset(TOLERANCE));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void onlyKernelsOfThree(KernelProvider provider) {
        try (Kernels kernels = new CheckedKernels(provider.open(Kernels.Precision.F32), true);
                TensorPool pool = new TensorPool();
                Tape t = Tape.training(kernels, pool)) {
            assertThatThrownBy(() -> UpsampledConvolution.apply(
                            t, t.constant(random(1, 1, 2, 2, 3)), t.constant(random(2, 4, 3, 1, 1)), null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[4, 3, 1, 1]");
        }
    }
}
