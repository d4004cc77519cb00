package org.ragdiff.core.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.Oracles;
import org.ragdiff.core.io.FloatMemory;

/** Draws that notebooks, test suites and other generators print. */
class TorchRngOracleTest {
    /** The file prints nine digits. */
    private static final double PRINTED = 5e-9;

    static Stream<Arguments> cases() {
        return Oracles.cases(TorchRngOracleTest.class, "07_torch_rng.json");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void printedDraws(String id, JsonNode c) {
        double tolerance = c.get("input").path("dtype").asText().equals("float64")
                ? PRINTED
                : c.get("tolerance").path("abs").asDouble(0);
        assertThat(draw(c)).containsExactly(numbers(c.get("expected")), within(tolerance));
    }

    private static double[] draw(JsonNode c) {
        JsonNode in = c.get("input");
        long seed = in.path("seed").asLong();
        TorchGenerator g = new TorchGenerator(seed);
        int n = length(in);
        return switch (c.get("id").asText()) {
            case "rng.batching_7", "rng.batching_8" ->
                batching(c.get("id").asText().endsWith("7") ? 7 : 8);
            case "rng.mt19937_10000th" -> {
                for (int i = 0; i < 9_999; i++) {
                    g.nextWord();
                }
                yield new double[] {Integer.toUnsignedLong(g.nextWord())};
            }
            case "rng.words_seed42", "rng.words_seed1" -> {
                double[] words = new double[8];
                for (int i = 0; i < 8; i++) {
                    words[i] = Integer.toUnsignedLong(g.nextWord());
                }
                yield words;
            }
            case "rng.seed_minus1" -> {
                assertThat(new TorchGenerator(4294967295L).rand(3)).isEqualTo(new TorchGenerator(-1).rand(3));
                yield values(new TorchGenerator(-1).rand(3));
            }
            case "rng.uniform_range" -> scaled(values(g.rand(n)), 1, -0.25);
            case "rng.normal_mean_std" -> scaled(values(g.randn(n)), 0.5, 2);
            case "rng.small_then_small" ->
                Stream.of(g.randn(3), g.randn(2), g.rand(1), g.randn(2))
                        .flatMapToDouble(a -> java.util.Arrays.stream(values(a)))
                        .toArray();
            case "rng.cache_cleared_by_seed" ->
                new double[] {
                    g.randn(1).getDouble(0), new TorchGenerator(seed).randn(1).getDouble(0)
                };
            case "rng.randn17_seed9" -> values(g.randn(n));
            case "rng.randn_doubles_small" -> g.randnDouble(n);
            case "rng.randint" -> {
                double[] ints = new double[in.get("n").asInt()];
                for (int i = 0; i < ints.length; i++) {
                    ints[i] = g.randint(in.get("low").asLong(), in.get("high").asLong());
                }
                yield ints;
            }
            case "rng.cpython_random_seed0" -> {
                PythonRandom python = new PythonRandom(0);
                yield new double[] {python.next(), python.next(), python.next(), python.next()};
            }
            case "rng.numpy_randn_seed0" -> polar(g, c.get("expected").size());
            default ->
                switch (in.path("op").asText()) {
                    case "randn" -> values(g.randn(n));
                    case "rand" -> values(g.rand(n));
                    default -> throw new AssertionError("nothing computes " + c.get("id"));
                };
        };
    }

    /** numpy's RandomState on the same engine: Marsaglia's polar method, the second of a pair first. */
    private static double[] polar(TorchGenerator g, int n) {
        double[] out = new double[n + 1];
        for (int i = 0; i < n; i += 2) {
            double x;
            double y;
            double square;
            do {
                x = 2 * double53(g) - 1;
                y = 2 * double53(g) - 1;
                square = x * x + y * y;
            } while (square >= 1 || square == 0);
            double f = Math.sqrt(-2 * Math.log(square) / square);
            out[i] = f * y;
            out[i + 1] = f * x;
        }
        return java.util.Arrays.copyOf(out, n);
    }

    private static double double53(TorchGenerator g) {
        long high = g.nextWord() >>> 5;
        long low = g.nextWord() >>> 6;
        return (high * 67_108_864.0 + low) / 9_007_199_254_740_992.0;
    }

    /** First elements of two draws of a row, then those of one draw of two rows. */
    private static double[] batching(int columns) {
        TorchGenerator rows = new TorchGenerator(0);
        INDArray both = new TorchGenerator(0).randn(2, columns);
        return new double[] {
            rows.randn(1, columns).getDouble(0),
            rows.randn(1, columns).getDouble(0),
            both.getDouble(0, 0),
            both.getDouble(1, 0)
        };
    }

    private static int length(JsonNode in) {
        int n = 1;
        for (JsonNode d : in.path("shape")) {
            n *= d.asInt();
        }
        return n;
    }

    private static double[] numbers(JsonNode n) {
        if (n.isNumber()) {
            return new double[] {n.asDouble()};
        }
        List<Double> all = new ArrayList<>();
        n.forEach(v -> {
            for (double d : numbers(v)) {
                all.add(d);
            }
        });
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double[] scaled(double[] values, double factor, double offset) {
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] * factor + offset;
        }
        return values;
    }

    private static double[] values(INDArray a) {
        float[] f = FloatMemory.toArray(a);
        double[] out = new double[f.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = f[i];
        }
        return out;
    }
}
