package org.ragdiff.diffusion.diffusers.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.Oracles;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Attentions;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Resampling;
import org.ragdiff.diffusion.diffusers.OracleDraws;

/** Outputs of layers and blocks that diffusers' own tests print, on weights drawn by torch's generator. */
class LayerOracleTest {
    private static final String FILE = "02_layers_pipelines.json";
    private static final double EPS = 1e-6;
    private static final int C = 32;
    private static final int TIME = 128;
    private static final Map<String, String> NOT_OFFERED = Map.ofEntries(
            Map.entry("layer.upsample_transpose", "transposed convolutions as upsamplers"),
            Map.entry("layer.resnet_up", "resnets that change the resolution"),
            Map.entry("layer.resnet_down", "resnets that change the resolution"),
            Map.entry("layer.transformer_self", "transformers without cross-attention"),
            Map.entry("layer.transformer_2heads_eval", "transformers without cross-attention"),
            Map.entry("layer.transformer_adanorm", "adaptive normalisation by class"),
            Map.entry("block.CrossAttnDownBlock2D", "cross-attention without an encoder's hidden states"),
            Map.entry("block.CrossAttnUpBlock2D", "cross-attention without an encoder's hidden states"),
            Map.entry("block.SkipDownBlock2D", "blocks of score-based networks"),
            Map.entry("block.AttnSkipDownBlock2D", "blocks of score-based networks"),
            Map.entry("block.SkipUpBlock2D", "blocks of score-based networks"),
            Map.entry("block.AttnSkipUpBlock2D", "blocks of score-based networks"),
            Map.entry("pipe.ddpm", "UNet2DModel, unconditional"),
            Map.entry("pipe.ddim", "UNet2DModel, unconditional"),
            Map.entry("pipe.ldm_superres", "UNet2DModel, unconditional"),
            Map.entry("pipe.dit", "diffusion transformers"));

    static Stream<Arguments> cases() {
        return Oracles.cases(LayerOracleTest.class, FILE, "layer.", "block.", "pipe.", "sdpipe.");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void slices(String id, JsonNode c) {
        assumeTrue(!NOT_OFFERED.containsKey(id), () -> "not offered: " + NOT_OFFERED.get(id));
        OracleDraws draws = new OracleDraws(c.get("draws"), c.get("constant_parameters"), 0);
        try (Kernels kernels = KernelProviders.defaultKernels();
                TensorPool pool = new TensorPool();
                Tape t = Tape.inference(kernels, pool)) {
            Var out = forward(t, id, draws);
            float[] v = HostArrays.read(out.value());
            int h = (int) out.size(1);
            int w = (int) out.size(2);
            int channels = (int) out.size(3);
            for (int i = 0; i < 9; i++) {
                int at = ((h - 3 + i / 3) * w + w - 3 + i % 3) * channels + channels - 1;
                assertThat((double) v[at])
                        .as("value %d", i)
                        .isCloseTo(
                                c.get("expected").get(i).asDouble(),
                                within(c.at("/tolerance/recommended_abs").asDouble()));
            }
            JsonNode whole = c.at("/verification/outputs/0");
            double sum = 0;
            for (float x : v) {
                sum += Math.abs(x);
            }
            assertThat(sum)
                    .isCloseTo(
                            whole.get("sum_abs").asDouble(),
                            within(1e-5 * whole.get("sum_abs").asDouble()));
        }
    }

    private static Var forward(Tape t, String id, OracleDraws d) {
        return switch (id) {
            case "layer.upsample_default" -> Shapes.upsample2x(t, d.input(t, "sample"));
            case "layer.upsample_conv_out" ->
                d.fill(Resampling.up(null, C, 2 * C), "").apply(t, d.input(t, "sample"));
            case "layer.downsample_conv" -> down(t, d, C);
            case "layer.downsample_conv_out" -> down(t, d, C / 2);
            case "layer.resnet_default" ->
                d.fill(new ResnetBlock(null, C, C, TIME, C, EPS), "").apply(t, d.input(t, "sample"), time(t, d));
            case "block.DownBlock2D" ->
                d.fill(UNetBlock.down(null, config(1), 0), "")
                        .down(t, hidden(t, d), time(t, d), null, null, new ArrayDeque<>());
            case "block.UpBlock2D" -> {
                Deque<Var> skips = new ArrayDeque<>();
                // The one that the upsampler takes its size from.
                skips.push(t.constant(t.allocate(1, 64, 64, 1)));
                skips.push(d.input(t, "res_hidden_states"));
                yield d.fill(UNetBlock.up(null, config(0), 1), "").up(t, hidden(t, d), time(t, d), null, skips);
            }
            case "block.AttnDownBlock2D" -> {
                Var h = attention(t, d, resnet(t, d, 0, TIME, hidden(t, d)), C);
                yield d.fill(Resampling.down(null, C, C), "downsamplers.0.").apply(t, h);
            }
            case "block.UNetMidBlock2D" ->
                resnet(t, d, 1, TIME, attention(t, d, resnet(t, d, 0, TIME, hidden(t, d)), C));
            case "block.DownEncoderBlock2D" ->
                d.fill(Resampling.down(null, C, C), "downsamplers.0.").apply(t, resnet(t, d, 0, 0, hidden(t, d)));
            case "block.UpDecoderBlock2D" ->
                d.fill(Resampling.up(null, C, C), "upsamplers.0.").apply(t, resnet(t, d, 0, 0, hidden(t, d)));
            case "block.AttnUpDecoderBlock2D" -> {
                Var h = attention(t, d, resnet(t, d, 0, 0, hidden(t, d)), C);
                yield d.fill(Resampling.up(null, C, C), "upsamplers.0.").apply(t, h);
            }
            default -> throw new AssertionError("no network for " + id);
        };
    }

    private static Var down(Tape t, OracleDraws d, int out) {
        Resampling r = Resampling.down(null, C, out);
        r.parameters().forEach((n, p) -> HostArrays.write(p.value(), d.values(n.replace("conv.", "Conv2d_0."))));
        return r.apply(t, d.input(t, "sample"));
    }

    private static Var hidden(Tape t, OracleDraws d) {
        return d.input(t, "hidden_states");
    }

    private static Var time(Tape t, OracleDraws d) {
        return Elementwise.activate(t, Activation.SILU, d.input(t, "temb"));
    }

    private static Var resnet(Tape t, OracleDraws d, int index, int time, Var x) {
        ResnetBlock r = d.fill(new ResnetBlock(null, C, C, time, C, EPS), "resnets." + index + ".");
        return r.apply(t, x, time == 0 ? null : time(t, d));
    }

    /** diffusers' Attention over a map, with its group norm and residual sum. */
    private static Var attention(Tape t, OracleDraws d, Var x, int heads) {
        Var h = Shapes.tokens(
                t, d.fill(new GroupNorm(C, C, EPS), "attentions.0.group_norm.").apply(t, x));
        Var mixed = Attentions.attention(
                t, linear(t, d, "to_q", h), linear(t, d, "to_k", h), linear(t, d, "to_v", h), null, null, heads);
        return Elementwise.add(t, x, Shapes.reshape(t, linear(t, d, "to_out.0", mixed), x.shape()));
    }

    private static Var linear(Tape t, OracleDraws d, String name, Var x) {
        return d.fill(new Linear(null, C, C), "attentions.0." + name + ".").apply(t, x);
    }

    private static UNet2DConfig config(int layers) {
        List<Integer> both = List.of(1, 1);
        return new UNet2DConfig(
                0,
                4,
                4,
                List.of(C, C),
                List.of(false, false),
                List.of(false, false),
                List.of(layers, layers),
                both,
                both,
                both,
                false,
                false,
                false,
                1,
                3,
                3,
                C,
                EPS,
                TIME,
                new SinusoidalCode(C, true, 0),
                null);
    }

    static Stream<Arguments> codes() {
        return Oracles.cases(LayerOracleTest.class, FILE, "emb.");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("codes")
    void codesOfTimesteps(String id, JsonNode c) {
        double[] steps = new double[128];
        double scale = c.at("/input/scale").asDouble(1);
        for (int i = 0; i < steps.length; i++) {
            steps[i] = scale * i;
        }
        int shift = c.at("/input/downscale_freq_shift").asInt();
        if (id.equals("emb.properties")) {
            properties(new SinusoidalCode(c.at("/input/dim").asInt(), false, shift).of(steps), 16);
            return;
        }
        float[] code = new SinusoidalCode(64, c.at("/input/flip").asBoolean(), shift).of(steps);
        for (int i = 0; i < 9; i++) {
            assertThat((double) code[(23 + i / 3) * 64 + 47 + i % 3])
                    .isCloseTo(
                            c.get("expected").get(i).asDouble(),
                            within(c.at("/tolerance/abs").asDouble()));
        }
    }

    private static void properties(float[] code, int rows) {
        int dim = 256;
        double before = -1;
        for (int t = 0; t < rows; t++) {
            double change = 0;
            for (int i = 0; i < dim; i++) {
                if (t == 0) {
                    assertThat(code[i]).isEqualTo(i < dim / 2 ? 0f : 1f);
                }
                // As numpy.gradient: central differences, one-sided at the ends.
                int left = Math.max(0, i - 1);
                int right = Math.min(dim - 1, i + 1);
                change += Math.abs(code[t * dim + right] - code[t * dim + left]) / (right - left) / dim;
            }
            assertThat((double) code[t * dim + dim - 1]).isCloseTo(1, within(1e-5));
            assertThat(change).isGreaterThan(before);
            before = change;
        }
    }
}
