package org.ragdiff.core.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.io.SafetensorsFile;

/** Against streams recorded from PyTorch 2.13, and published values. */
class TorchGeneratorTest {
    private static final float NORMAL = 2e-6f;

    @Test
    void equalsTorch() throws Exception {
        Path folder = SharedFiles.require("fixtures/torch-random");
        try (SafetensorsFile f = SafetensorsFile.open(folder.resolve("random.safetensors"))) {
            int checked = 0;
            for (String name : f.names()) {
                if (!name.matches(
                        "(rand|randn|rand_f64|randn_f64|randperm|randint|bernoulli|normal_half|multinomial)\\.seed\\d+.*")) {
                    continue;
                }
                String kind = name.substring(0, name.indexOf('.'));
                long seed = Long.parseLong(name.replaceAll(".*seed(\\d+).*", "$1"));
                TorchGenerator g = new TorchGenerator(seed);
                INDArray expected = f.read(name, DataType.DOUBLE);
                int n = (int) expected.length();
                double[] got = new double[n];
                switch (kind) {
                    case "rand" -> copy(g.rand(n), got);
                    case "randn" -> copy(g.randn(n), got);
                    case "randn_f64" -> System.arraycopy(g.randnDouble(n), 0, got, 0, n);
                    case "normal_half" -> {
                        float[] half = g.randnHalf(n);
                        for (int i = 0; i < n; i++) {
                            got[i] = half[i];
                        }
                    }
                    case "randperm", "multinomial" -> {
                        int[] p = kind.equals("randperm") ? g.randperm(n) : g.multinomial(oneToTwenty(), n);
                        for (int i = 0; i < n; i++) {
                            got[i] = p[i];
                        }
                    }
                    default -> {
                        for (int i = 0; i < n; i++) {
                            got[i] = switch (kind) {
                                case "rand_f64" -> g.uniformDouble();
                                case "randint" -> g.randint(0, 1000);
                                default -> g.bernoulli(0.1f) ? 1 : 0;
                            };
                        }
                    }
                }
                double tolerance = kind.equals("randn") ? NORMAL : kind.equals("randn_f64") ? 1e-12 : 0;
                assertThat(got).as(name).containsExactly(expected.toDoubleVector(), within(tolerance));
                checked++;
            }
            assertThat(checked).isGreaterThan(150);
        }
    }

    @Test
    void drawsInARow() throws Exception {
        Path folder = SharedFiles.require("fixtures/torch-random");
        JsonNode sequence = new ObjectMapper()
                .readTree(folder.resolve("cases.json").toFile())
                .get("sequence");
        try (SafetensorsFile f = SafetensorsFile.open(folder.resolve("random.safetensors"))) {
            for (long seed : new long[] {0, 1, 42, 2147483648L}) {
                TorchGenerator g = new TorchGenerator(seed);
                for (int i = 0; i < sequence.size(); i++) {
                    String function = sequence.get(i).get(0).asText();
                    String name = "seq.seed" + seed + "." + i + "." + function;
                    int n = sequence.get(i).get(1).asInt();
                    double[] got = new double[n];
                    switch (function) {
                        case "randn" -> copy(g.randn(n), got);
                        case "rand" -> copy(g.rand(n), got);
                        default -> {
                            int[] p = g.randperm(n);
                            for (int j = 0; j < n; j++) {
                                got[j] = p[j];
                            }
                        }
                    }
                    assertThat(got)
                            .as(name)
                            .containsExactly(f.read(name, DataType.DOUBLE).toDoubleVector(), within((double) NORMAL));
                }
            }
        }
    }

    @Test
    void publishedValues() {
        MersenneTwister mt = new MersenneTwister(5489);
        int word = 0;
        for (int i = 0; i < 10_000; i++) {
            word = mt.nextInt();
        }
        assertThat(Integer.toUnsignedLong(word)).isEqualTo(4123659995L);

        assertThat(FloatMemory.toArray(new TorchGenerator(0).randn(15)))
                .containsExactly(
                        new float[] {
                            1.541f, -0.2934f, -2.1788f, 0.5684f, -1.0845f, -1.3986f, 0.4033f, 0.838f, -0.7193f,
                            -0.4033f, -0.5966f, 0.182f, -0.8567f, 1.1006f, -1.0712f
                        },
                        within(1e-4f));
        TorchGenerator seven = new TorchGenerator(0);
        assertThat(seven.randn(1, 7).getFloat(0)).isEqualTo(1.541f, within(1e-4f));
        assertThat(seven.randn(1, 7).getFloat(0)).isEqualTo(0.838f, within(1e-4f));
        TorchGenerator ints = new TorchGenerator(0);
        for (int expected : new int[] {4, 9, 3, 0, 3, 9, 7, 3, 7, 3, 1, 6}) {
            assertThat(ints.randint(0, 10)).isEqualTo(expected);
        }
        assertThat(FloatMemory.toArray(new TorchGenerator(-1).rand(3)))
                .containsExactly(new float[] {0.9937994f, 0.5713063f, 0.570008f}, within(1e-7f));
    }

    @Test
    void goesOnFromASavedState() {
        TorchGenerator g = new TorchGenerator(3);
        g.randn(3);
        TorchGenerator copy = TorchGenerator.of(g.state());
        assertThat(copy.randn(2)).isEqualTo(g.randn(2));
        assertThat(copy.randn(700)).isEqualTo(g.randn(700));
    }

    @Test
    void largeDrawsHaveUnitVariance() {
        float[] x = FloatMemory.toArray(new TorchGenerator(9).randn(3, 100_003));
        double sum = 0;
        double squares = 0;
        for (float v : x) {
            sum += v;
            squares += (double) v * v;
        }
        assertThat(sum / x.length).isEqualTo(0, within(0.01));
        assertThat(squares / x.length).isEqualTo(1, within(0.02));
    }

    @Test
    void wideRangesTakeTwoWords() {
        TorchGenerator g = new TorchGenerator(1);
        TorchGenerator words = new TorchGenerator(1);
        assertThat(g.randint(0, (1 << 28) - 1)).isEqualTo(Integer.toUnsignedLong(words.nextWord()) % ((1 << 28) - 1));
        long two = (Integer.toUnsignedLong(words.nextWord()) << 32) + Integer.toUnsignedLong(words.nextWord());
        assertThat(g.randint(0, 1 << 28)).isEqualTo(Long.remainderUnsigned(two, 1 << 28));
    }

    private static float[] oneToTwenty() {
        float[] weights = new float[20];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i + 1;
        }
        return weights;
    }

    private static void copy(INDArray from, double[] to) {
        float[] values = FloatMemory.toArray(from);
        for (int i = 0; i < to.length; i++) {
            to[i] = values[i];
        }
    }
}
