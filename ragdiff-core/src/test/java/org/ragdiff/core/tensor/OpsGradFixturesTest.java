package org.ragdiff.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.tensor.Kernels.Precision;

/** PyTorch's forward values and gradients in float64, for every provider, through the tape. */
class OpsGradFixturesTest {
    private static final String FOLDER = "/fixtures/ops-grad/";
    private static final FixtureTensors GOLDEN =
            FixtureTensors.resource(OpsGradFixturesTest.class, FOLDER + "ops.safetensors");

    static Stream<Arguments> cases() {
        JsonNode all = FixtureTensors.json(OpsGradFixturesTest.class, FOLDER + "cases.json")
                .get("cases");
        return KernelProviders.installed().stream()
                .filter(p -> p.unavailableReason().isEmpty())
                .flatMap(p -> StreamSupport.stream(all.spliterator(), false)
                        .map(c -> Arguments.of(p, c.get("name").asText(), c)));
    }

    private static String op(JsonNode c) {
        return c.get("params").get("op").asText();
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("cases")
    void valuesAndGradients(KernelProvider provider, String name, JsonNode c) {
        try (Kernels kernels = new CheckedKernels(provider.open(Precision.F32), true);
                TensorPool pool = new TensorPool();
                Tape tape = Tape.training(kernels, pool)) {
            Inputs in = new Inputs(tape, name);
            Var out = apply(tape, op(c), c.get("params"), in);
            Layout layout = Layout.of(op(c));
            tape.keep(out);
            tape.backward(out, layout.ours(array(name + ".in.grad_output")).reshape('c', out.shape()));
            assertClose(name + ".out", layout.theirs(out.value(), GOLDEN.shape(name + ".out")), tolerance(name));
            assertThat(in.gradients).isNotEmpty();
            in.gradients.forEach((input, gradient) -> {
                String golden = name + ".grad." + input;
                assertClose(golden, in.layouts.get(input).theirs(gradient, GOLDEN.shape(golden)), tolerance(name));
            });
        }
    }

    private static double tolerance(String name) {
        return name.contains("large_mean") ? 1e-4 : name.endsWith("_long") ? 2e-5 : 1e-5;
    }

    private static Var apply(Tape t, String op, JsonNode params, Inputs in) {
        float eps = (float) params.path("eps").asDouble();
        int groups = params.path("groups").asInt();
        return switch (op) {
            case "conv2d" ->
                Convolutions.conv2d(
                        t,
                        in.map("x"),
                        in.leaf("weight"),
                        in.leaf("bias"),
                        new Convolution(
                                params.get("stride").asInt(),
                                params.get("pad_top").asInt(),
                                params.get("pad_left").asInt(),
                                params.get("pad_bottom").asInt(),
                                params.get("pad_right").asInt()));
            case "sdpa" ->
                Attentions.attention(
                        t,
                        in.heads("q"),
                        in.heads("k"),
                        in.heads("v"),
                        in.heads("k_ref"),
                        in.heads("v_ref"),
                        GOLDEN.shape(in.name + ".in.q")[1]);
            case "linear" -> Products.linear(t, in.leaf("x"), in.leaf("weight"), in.leaf("bias"));
            case "group_norm" ->
                Normalizations.groupNorm(
                        t, in.map("x"), in.leaf("weight"), in.leaf("bias"), groups, eps, Activation.NONE);
            case "group_norm then silu" ->
                Normalizations.groupNorm(
                        t, in.map("x"), in.leaf("weight"), in.leaf("bias"), groups, eps, Activation.SILU);
            case "layer_norm" -> Normalizations.layerNorm(t, in.leaf("x"), in.leaf("weight"), in.leaf("bias"), eps);
            case "gelu_erf" -> Elementwise.activate(t, Activation.GELU, in.leaf("x"));
            case "gelu_tanh" -> Elementwise.activate(t, Activation.GELU_TANH, in.leaf("x"));
            case "quick_gelu" -> Elementwise.quickGelu(t, in.leaf("x"));
            case "bilinear x2, align_corners false" ->
                resize(t, in.map("x"), 2, (a, b) -> AxisMap.bilinear(a, b, false));
            case "bilinear x2, align_corners true" -> resize(t, in.map("x"), 2, (a, b) -> AxisMap.bilinear(a, b, true));
            case "nearest to size 11x10" ->
                SpatialMaps.apply(t, in.map("x"), AxisMap.nearest(5, 11), AxisMap.nearest(7, 10));
            case "avg_pool k2 s2 (floor)" -> pool(t, in.map("x"), 2, 0);
            case "avg_pool k3 s2 pad1 count_include_pad true" -> pool(t, in.map("x"), 3, 1);
            case "max_pool k3 s2 pad1" -> MaxPooling.apply(t, in.map("x"), 3, 2, 1);
            case "embedding" -> Embeddings.rows(t, in.leaf("weight"), in.ids());
            case "huber delta 0.5 mean" ->
                Losses.weightedSum(t, new float[] {0.5f}, Losses.smoothL1(t, in.leaf("x"), in.constant("y"), 0.5f));
            case "silu" -> Elementwise.activate(t, Activation.SILU, in.leaf("x"));
            case "softmax over last dim" -> softmax(t, in.leaf("x"));
            case "geglu: linear to 2n, first half x gelu_erf(second half)" ->
                Elementwise.geglu(t, Products.linear(t, in.leaf("x"), in.leaf("weight"), in.leaf("bias")));
            case "nearest x2" -> Shapes.upsample2x(t, in.map("x"));
            case "softmax cross-entropy, mean" -> Losses.crossEntropy(t, in.leaf("logits"), in.labels(0));
            case "softmax cross-entropy, mean, label smoothing 0.1" ->
                Losses.crossEntropy(t, in.leaf("logits"), in.labels(0.1));
            case "smooth l1 beta 1 mean" -> Losses.smoothL1(t, in.leaf("x"), in.constant("y"), 1);
            case "smooth l1 beta 0.1 mean" -> Losses.smoothL1(t, in.leaf("x"), in.constant("y"), 0.1f);
            case "mse mean" -> Losses.meanSquaredError(t, in.leaf("x"), in.constant("y"), null);
            case "l2 normalise last dim, eps 1e-12" -> Normalizations.unitRows(t, in.leaf("x"));
            default -> {
                assertThat(op).startsWith("symmetric InfoNCE");
                yield infoNce(t, in.leaf("image"), in.leaf("text"), values(in.name + ".in.logit_scale")[0]);
            }
        };
    }

    private static Var resize(Tape t, Var x, int factor, java.util.function.BiFunction<Integer, Integer, AxisMap> map) {
        int h = (int) x.size(1);
        int w = (int) x.size(2);
        return SpatialMaps.apply(t, x, map.apply(h, factor * h), map.apply(w, factor * w));
    }

    private static Var pool(Tape t, Var x, int kernel, int padding) {
        return SpatialMaps.apply(
                t,
                x,
                AxisMap.averagePool((int) x.size(1), kernel, 2, padding, true),
                AxisMap.averagePool((int) x.size(2), kernel, 2, padding, true));
    }

    /** Not an operation of the tape: attention has its own. */
    private static Var softmax(Tape t, Var x) {
        INDArray out = t.allocate(x.shape());
        t.kernels().softmax(x.value(), out);
        return t.record(
                out,
                grad -> {
                    INDArray g = t.allocate(x.shape());
                    t.kernels().softmaxBackward(out, grad, g);
                    t.accumulate(x, g);
                },
                x);
    }

    private static Var infoNce(Tape t, Var image, Var text, double logitScale) {
        float scale = (float) Math.exp(logitScale);
        Var a = Normalizations.unitRows(t, image);
        Var b = Normalizations.unitRows(t, text);
        int n = (int) a.size(0);
        float[] diagonal = new float[n * n];
        for (int i = 0; i < n; i++) {
            diagonal[i * n + i] = 1;
        }
        return Losses.weightedSum(
                t,
                new float[] {0.5f, 0.5f},
                Losses.crossEntropy(t, Products.innerProducts(t, a, b, scale), diagonal),
                Losses.crossEntropy(t, Products.innerProducts(t, b, a, scale), diagonal));
    }

    private static double[] values(String tensor) {
        return GOLDEN.values(tensor);
    }

    private static void assertClose(String tensor, double[] actual, double tolerance) {
        double[] expected = values(tensor + "_f64");
        // Where sums cancel, rounding is that of the terms.
        double scale = 1e-3;
        for (double e : expected) {
            scale = Math.max(scale, Math.abs(e));
        }
        assertThat(actual).as(tensor).containsExactly(expected, within(tolerance * scale));
    }

    /** Where the fixture's order differs from ours: channels and heads come first there. */
    private enum Layout {
        PLAIN,
        MAP,
        HEADS;

        static Layout of(String op) {
            if (op.equals("sdpa")) {
                return HEADS;
            }
            return op.matches("conv2d|group_norm.*|nearest .*|bilinear .*|..._pool .*") ? MAP : PLAIN;
        }

        INDArray ours(INDArray theirs) {
            return switch (this) {
                case PLAIN -> theirs;
                case MAP -> theirs.permute(0, 2, 3, 1).dup('c');
                case HEADS ->
                    theirs.permute(0, 2, 1, 3)
                            .dup('c')
                            .reshape('c', theirs.size(0), theirs.size(2), theirs.size(1) * theirs.size(3));
            };
        }

        /** @param shape of theirs */
        double[] theirs(INDArray ours, int[] shape) {
            INDArray a =
                    switch (this) {
                        case PLAIN -> ours;
                        case MAP -> ours.permute(0, 3, 1, 2);
                        case HEADS ->
                            ours.reshape('c', shape[0], shape[2], shape[1], shape[3])
                                    .permute(0, 2, 1, 3);
                    };
            float[] values = HostArrays.read(a.dup('c'));
            double[] out = new double[values.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = values[i];
            }
            return out;
        }
    }

    private static INDArray array(String tensor) {
        double[] v = values(tensor);
        float[] f = new float[v.length];
        for (int i = 0; i < f.length; i++) {
            f[i] = (float) v[i];
        }
        int[] shape = GOLDEN.shape(tensor);
        long[] s = shape.length == 0
                ? new long[] {1}
                : Arrays.stream(shape).asLongStream().toArray();
        INDArray a = Nd4j.createUninitialized(DataType.FLOAT, s);
        HostArrays.write(a, f);
        return a;
    }

    /** The inputs of a case on a tape, in our layouts. */
    private static final class Inputs {
        private final Tape tape;
        private final String name;
        private final Map<String, INDArray> gradients = new LinkedHashMap<>();
        private final Map<String, Layout> layouts = new LinkedHashMap<>();

        Inputs(Tape tape, String name) {
            this.tape = tape;
            this.name = name;
        }

        Var leaf(String input) {
            return leaf(input, Layout.PLAIN);
        }

        /** A leaf with a gradient, or null if the case has no such input. */
        Var leaf(String input, Layout layout) {
            if (!GOLDEN.has(name + ".in." + input)) {
                return null;
            }
            INDArray value = layout.ours(array(name + ".in." + input));
            INDArray gradient = Nd4j.zeros(DataType.FLOAT, value.shape());
            gradients.put(input, gradient);
            layouts.put(input, layout);
            return tape.leaf(value, gradient);
        }

        Var map(String input) {
            return leaf(input, Layout.MAP);
        }

        Var heads(String input) {
            return leaf(input, Layout.HEADS);
        }

        INDArray constant(String input) {
            return array(name + ".in." + input);
        }

        int[] ids() {
            return Arrays.stream(values(name + ".in.ids"))
                    .mapToInt(v -> (int) v)
                    .toArray();
        }

        /** Rows of targets, smoothed over all classes. */
        float[] labels(double smoothing) {
            double[] labels = values(name + ".in.labels");
            int classes = GOLDEN.shape(name + ".in.logits")[1];
            float[] targets = new float[labels.length * classes];
            Arrays.fill(targets, (float) (smoothing / classes));
            for (int i = 0; i < labels.length; i++) {
                targets[i * classes + (int) labels[i]] += (float) (1 - smoothing);
            }
            return targets;
        }
    }
}
