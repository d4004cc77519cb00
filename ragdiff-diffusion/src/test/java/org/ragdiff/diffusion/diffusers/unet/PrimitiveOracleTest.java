package org.ragdiff.diffusion.diffusers.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.Oracles;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Attentions;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Convolutions;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Normalizations;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.Goldens;

/** Single operations that torch computed in float64, on the provider's kernels: all cases of the kind. */
class PrimitiveOracleTest {
    private static final int[] X = {2, 6, 5, 7};

    static Stream<Arguments> cases() {
        return Oracles.cases(PrimitiveOracleTest.class, "10_computed_reference_runs.json", "prim.");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void operations(String id, JsonNode c) {
        JsonNode expected = c.get("expected");
        double[] got = result(id.substring("prim.".length()), c.get("input"), shape(expected));
        double tolerance = c.at("/tolerance/abs").asDouble() > 1e-6
                ? c.at("/tolerance/abs").asDouble()
                : 1e-5 * Math.max(1, largest(got));
        JsonNode first = expected.get("first8");
        for (int i = 0; i < first.size(); i++) {
            assertThat(got[i]).as("value %d", i).isCloseTo(first.get(i).asDouble(), within(tolerance));
        }
        JsonNode last = expected.get("last4");
        for (int i = 0; i < last.size(); i++) {
            int at = got.length - last.size() + i;
            assertThat(got[at]).as("value %d", at).isCloseTo(last.get(i).asDouble(), within(tolerance));
        }
        double sum = expected.get("sum_abs").asDouble();
        assertThat(Arrays.stream(got).map(Math::abs).sum()).isCloseTo(sum, within(Math.max(1e-5, tolerance) * sum));
        assertThat(Arrays.stream(got).sum()).isCloseTo(expected.get("sum").asDouble(), within(1e-5 * sum + 1e-4));
    }

    private static double largest(double[] v) {
        return Arrays.stream(v).map(Math::abs).max().orElse(0);
    }

    private static int[] shape(JsonNode expected) {
        int[] out = new int[expected.get("shape").size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = expected.get("shape").get(i).asInt();
        }
        return out;
    }

    /** In torch's order. */
    private static double[] result(String name, JsonNode input, int[] shape) {
        return switch (name) {
            case "conv3x3_pad1" -> map(shape, t -> conv(t, 3, Convolution.of(1, 1)));
            case "conv3x3_asym_stride2" -> map(shape, t -> conv(t, 3, new Convolution(2, 0, 0, 1, 1)));
            case "conv1x1" -> map(shape, t -> conv(t, 1, Convolution.of(1, 0)));
            case "conv_transpose" ->
                map(
                        shape,
                        t -> Convolutions.convTranspose2d(
                                t, x(t), weights(t, 6, 4, 4, 4), bias(t), Convolution.of(2, 1)));
            case "groupnorm3" -> map(shape, t -> norm(t, i -> 1 + 0.1 * i, i -> 0.01 * i, input));
            case "groupnorm1" -> map(shape, t -> norm(t, i -> 1, i -> 0, input));
            case "avgpool2" -> map(shape, t -> Shapes.averagePool2x(t, map(t, i -> Math.sin(0.37 * i), 1, 2, 6, 8)));
            case "act_silu" -> activated(Activation.SILU);
            case "act_gelu_erf" -> activated(Activation.GELU);
            case "act_quick_gelu" -> doubles(Goldens.run(t -> Elementwise.quickGelu(t, rows(t))));
            case "act_softplus" -> softplus();
            case "act_softmax" -> softmax(rows(), 10);
            case "softmax_large" -> softmax(new double[] {1000, 1001, 1002, -1000, 0, 1000}, 3);
            case "attention" -> attention(5);
            case "attention_masked" -> attention(3);
            case "timestep_1_32", "timestep_500.5_128" ->
                doubles(new SinusoidalCode(
                                input.get("dim").asInt(),
                                input.get("flip_sin_to_cos").asBoolean(),
                                input.get("downscale_freq_shift").asDouble())
                        .of(input.get("t").asDouble()));
            default -> throw new AssertionError("nothing computes " + name);
        };
    }

    private static double[] doubles(float[] v) {
        double[] out = new double[v.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = v[i];
        }
        return out;
    }

    private static double[] values(int n, DoubleUnaryOperator f) {
        double[] out = new double[n];
        Arrays.setAll(out, f::applyAsDouble);
        return out;
    }

    /** A map [N, C, H, W] of a function of the flat index, channels last. */
    private static Var map(Tape t, DoubleUnaryOperator f, int... shape) {
        int n = shape[0] * shape[1] * shape[2] * shape[3];
        double[] last = Goldens.channelsLast(values(n, f), shape);
        return Goldens.array(t, last, shape[0], shape[2], shape[3], shape[1]);
    }

    private static Var x(Tape t) {
        return map(t, i -> Math.sin(0.37 * i), X);
    }

    private static Var weights(Tape t, long... shape) {
        int n = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return Goldens.array(t, values(n, i -> 0.1 * Math.cos(0.21 * i)), shape);
    }

    private static Var bias(Tape t) {
        return Goldens.array(t, values(4, i -> 0.05 * i), 4);
    }

    private static Var conv(Tape t, int kernel, Convolution geometry) {
        return Convolutions.conv2d(t, x(t), weights(t, 4, 6, kernel, kernel), bias(t), geometry);
    }

    private static Var norm(Tape t, DoubleUnaryOperator gamma, DoubleUnaryOperator beta, JsonNode input) {
        return Normalizations.groupNorm(
                t,
                x(t),
                Goldens.array(t, values(6, gamma), 6),
                Goldens.array(t, values(6, beta), 6),
                input.get("groups").asInt(),
                (float) input.get("eps").asDouble(),
                Activation.NONE);
    }

    /** Back from channels last. */
    private static double[] map(int[] shape, java.util.function.Function<Tape, Var> forward) {
        float[] last = Goldens.run(forward);
        int cells = shape[2] * shape[3];
        double[] out = new double[last.length];
        for (int i = 0; i < out.length; i++) {
            int n = i / (cells * shape[1]);
            int cell = i / shape[1] % cells;
            out[(n * shape[1] + i % shape[1]) * cells + cell] = last[i];
        }
        return out;
    }

    private static double[] rows() {
        return values(30, i -> 4 * Math.sin(0.53 * i));
    }

    private static Var rows(Tape t) {
        return Goldens.array(t, rows(), 3, 10);
    }

    private static double[] activated(Activation activation) {
        return doubles(Goldens.run(t -> Elementwise.activate(t, activation, rows(t))));
    }

    /** −log sigmoid(−x): of networks here only losses have it. */
    private static double[] softplus() {
        float[] sigmoid =
                Goldens.run(t -> Elementwise.activate(t, Activation.SIGMOID, Elementwise.scale(t, -1, rows(t))));
        return Arrays.stream(doubles(sigmoid)).map(s -> -Math.log(s)).toArray();
    }

    /** As attention has it: with scores x and one-hot values for each weight. */
    private static double[] softmax(double[] x, int columns) {
        int n = x.length;
        double[] keys = new double[n * columns];
        double[] hot = new double[n * columns];
        for (int i = 0; i < n; i++) {
            System.arraycopy(x, i / columns * columns, keys, i * columns, columns);
            hot[i * columns + i % columns] = 1;
        }
        return doubles(Goldens.run(t -> Attentions.attention(
                t,
                Goldens.array(t, values(n, i -> 1), n, 1, 1),
                Goldens.array(t, keys, n, columns, 1),
                Goldens.array(t, hot, n, columns, 1),
                null,
                null,
                1)));
    }

    /** Excluded keys are left out: networks here have no other mask. */
    private static double[] attention(int keys) {
        float[] out = Goldens.run(t -> Attentions.attention(
                t,
                tokens(t, i -> Math.sin(0.29 * i), 4, 4),
                tokens(t, i -> Math.cos(0.17 * i), 5, keys),
                tokens(t, i -> Math.sin(0.11 * i), 5, keys),
                null,
                null,
                2));
        double[] torch = new double[out.length];
        for (int i = 0; i < out.length; i++) {
            int sample = i / 64;
            int token = i / 16 % 4;
            int head = i / 8 % 2;
            torch[((sample * 2 + head) * 4 + token) * 8 + i % 8] = out[i];
        }
        return torch;
    }

    /** [2, heads 2, tokens, 8] as [2, the first tokens, 16]. */
    private static Var tokens(Tape t, DoubleUnaryOperator f, int tokens, int kept) {
        double[] out = new double[2 * kept * 16];
        for (int i = 0; i < out.length; i++) {
            int sample = i / (16 * kept);
            int token = i / 16 % kept;
            int head = i / 8 % 2;
            out[i] = f.applyAsDouble(((sample * 2 + head) * tokens + token) * 8 + i % 8);
        }
        return Goldens.array(t, out, 2, kept, 16);
    }
}
