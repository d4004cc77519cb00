package org.ragdiff.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.CheckedKernels;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProvider;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Kernels.AdamWStep;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.core.tensor.Losses;
import org.ragdiff.core.tensor.Products;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;

/** Twenty steps of PyTorch's AdamW, clipping, schedules and diffusers' weight averages, for every provider. */
class OptimiserFixturesTest {
    private static final String FOLDER = "/fixtures/optim/";
    private static final int STEPS = 20;
    private static final double TOLERANCE = 1e-5;
    private static final FixtureTensors GOLDEN =
            FixtureTensors.resource(OptimiserFixturesTest.class, FOLDER + "optim.safetensors");

    private static Stream<Arguments> forAllProviders(List<String> cases) {
        return KernelProviders.installed().stream()
                .filter(p -> p.unavailableReason().isEmpty())
                .flatMap(p -> cases.stream().map(c -> Arguments.of(p, c)));
    }

    static Stream<Arguments> constantRates() {
        return forAllProviders(List.of("adamw", "adamw_clip", "ema_default"));
    }

    /** Adam without decay is AdamW without decay. */
    static Stream<Arguments> givenRates() {
        return forAllProviders(List.of("adam", "adamw_constant_warmup", "adamw_cosine"));
    }

    private static double[] golden(String tensor, int step) {
        int n = Arrays.stream(GOLDEN.shape(tensor)).skip(1).reduce(1, (a, b) -> a * b);
        return Arrays.copyOfRange(GOLDEN.values(tensor), step * n, (step + 1) * n);
    }

    private static INDArray array(String tensor) {
        INDArray a = Nd4j.createUninitialized(
                DataType.FLOAT,
                Arrays.stream(GOLDEN.shape(tensor)).asLongStream().toArray());
        HostArrays.write(a, floats(GOLDEN.values(tensor)));
        return a;
    }

    private static float[] floats(double[] values) {
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) values[i];
        }
        return out;
    }

    private static void assertClose(String what, INDArray actual, double[] expected) {
        double[] got = new double[expected.length];
        float[] values = HostArrays.read(actual);
        double scale = 0;
        for (int i = 0; i < got.length; i++) {
            got[i] = values[i];
            scale = Math.max(scale, Math.abs(expected[i]));
        }
        assertThat(got).as(what).containsExactly(expected, within(TOLERANCE * scale));
    }

    /** y = x·Wᵀ + b. The bias is a matrix of one row, because the fixture decays it and vectors are not decayed. */
    private static final class Line extends Module {
        final Parameter w = parameter("W", v -> HostArrays.write(v, floats(GOLDEN.values("in.W0"))), 3, 4);
        final Parameter b = parameter("b", v -> HostArrays.write(v, floats(GOLDEN.values("in.b0"))), 1, 3);

        Var loss(Tape t) {
            Var y = Products.linear(t, t.constant(array("in.X")), w.on(t), Shapes.reshape(t, b.on(t), 3));
            return Losses.meanSquaredError(t, y, array("in.Y"), null);
        }

        double differentiate(Kernels kernels, TensorPool pool) {
            try (Tape tape = Tape.training(kernels, pool)) {
                Var loss = loss(tape);
                double value = loss.item();
                tape.backward(loss);
                return value;
            }
        }
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("constantRates")
    void theOptimiserFollowsPyTorch(KernelProvider provider, String name) {
        double clip = name.equals("adamw_clip") ? 0.5 : 0;
        double ema = name.equals("ema_default") ? 0.9999 : 0;
        TrainerOptions options = new TrainerOptions(
                STEPS,
                0.05,
                0,
                TrainerOptions.Schedule.CONSTANT,
                0.9,
                0.999,
                0.01,
                clip,
                ema,
                1,
                STEPS,
                0,
                false,
                1,
                0,
                List.of(),
                List.of());
        Line line = new Line();
        line.requireGrad(true);
        try (Kernels kernels = new CheckedKernels(provider.open(Precision.F32), true);
                TensorPool pool = new TensorPool();
                AdamW optimiser = new AdamW(line.parameters(), options, kernels)) {
            for (int step = 0; step < STEPS; step++) {
                double loss = line.differentiate(kernels, pool);
                double expected = GOLDEN.values(name + ".loss_f64")[step];
                assertThat(loss).as("loss %d", step).isCloseTo(expected, within(TOLERANCE * expected));
                double norm = optimiser.gradientNorm();
                if (clip > 0) {
                    double golden = GOLDEN.values(name + ".grad_norm_before_clip_f64")[step];
                    assertThat(norm).as("norm %d", step).isCloseTo(golden, within(TOLERANCE * golden));
                }
                optimiser.step(step, norm);
                assertClose("W after step " + step, line.w.value(), golden(name + ".W_f64", step));
                assertClose("b after step " + step, line.b.value(), golden(name + ".b_f64", step));
                if (ema > 0) {
                    INDArray average = optimiser.averaged().get("W");
                    assertClose("average after step " + step, average, golden(name + ".ema_W_f64", step));
                }
            }
        }
        line.close();
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("givenRates")
    void theUpdateFollowsPyTorchAtAnyRate(KernelProvider provider, String name) {
        JsonNode args = null;
        for (JsonNode c : FixtureTensors.json(OptimiserFixturesTest.class, FOLDER + "cases.json")
                .get("cases")) {
            args = c.get("name").asText().equals(name) ? c : args;
        }
        float decay = args.get("optimizer").asText().equals("Adam") ? 0 : 0.01f;
        Line line = new Line();
        line.requireGrad(true);
        INDArray[] moments = {
            line.w.value().like(),
            line.w.value().like(),
            line.b.value().like(),
            line.b.value().like()
        };
        try (Kernels kernels = new CheckedKernels(provider.open(Precision.F32), true);
                TensorPool pool = new TensorPool()) {
            for (int step = 0; step < STEPS; step++) {
                line.differentiate(kernels, pool);
                float rate = (float) GOLDEN.values(name + ".lr")[step];
                AdamWStep update = new AdamWStep(rate, 0.9f, 0.999f, 1e-8f, decay, step + 1);
                kernels.adamW(line.w.value(), line.w.grad(), moments[0], moments[1], update, 1);
                kernels.adamW(line.b.value(), line.b.grad(), moments[2], moments[3], update, 1);
                line.w.grad().assign(0);
                line.b.grad().assign(0);
                assertClose("W after step " + step, line.w.value(), golden(name + ".W_f64", step));
                assertClose("b after step " + step, line.b.value(), golden(name + ".b_f64", step));
            }
        }
        line.close();
    }
}
