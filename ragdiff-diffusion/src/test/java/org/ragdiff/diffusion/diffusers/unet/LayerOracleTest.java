package org.ragdiff.diffusion.diffusers.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.Oracles;
import org.ragdiff.core.nn.AdaptiveLayerNorm;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.ConvTranspose2d;
import org.ragdiff.core.nn.FeedForward;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.PlainLayerNorm;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.nn.SideChange;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Resampling;
import org.ragdiff.diffusion.diffusers.AttentionBlock;
import org.ragdiff.diffusion.diffusers.OracleDraws;
import org.ragdiff.diffusion.diffusers.unet.UNet2DModelConfig.Kind;

/** Outputs of layers and blocks that diffusers' own tests print, on weights drawn by torch's generator. */
class LayerOracleTest {
    private static final String FILE = "02_layers_pipelines.json";
    private static final double EPS = 1e-6;
    private static final int C = 32;
    private static final int TIME = 128;
    /** Cross-attention then reads the block's own tokens. */
    private static final AttentionContext WITHOUT_ENCODER = AttentionContext.of(null);

    static Stream<Arguments> cases() {
        return Oracles.cases(LayerOracleTest.class, FILE, "layer.", "block.");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void slices(String id, JsonNode c) {
        OracleDraws draws = new OracleDraws(c.get("draws"), c.get("constant_parameters"), 0);
        JsonNode wholes = c.at("/verification/outputs");
        for (int run = 0; run < wholes.size(); run++) {
            JsonNode slice =
                    wholes.size() == 1 ? c.get("expected") : c.get("expected").get(run);
            try (Kernels kernels = KernelProviders.defaultKernels();
                    TensorPool pool = new TensorPool();
                    Tape t = Tape.inference(kernels, pool)) {
                // The second of several runs is for the second class.
                check(forward(t, id, draws, run + 1), slice, wholes.get(run), c);
            }
        }
    }

    private static void check(Var out, JsonNode slice, JsonNode whole, JsonNode c) {
        float[] v = HostArrays.read(out.value());
        int h = (int) out.size(1);
        int w = (int) out.size(2);
        int channels = (int) out.size(3);
        for (int i = 0; i < 9; i++) {
            int at = ((h - 3 + i / 3) * w + w - 3 + i % 3) * channels + channels - 1;
            assertThat((double) v[at])
                    .as("value %d", i)
                    .isCloseTo(
                            slice.get(i).asDouble(),
                            within(c.at("/tolerance/recommended_abs").asDouble()));
        }
        double sum = 0;
        for (float x : v) {
            sum += Math.abs(x);
        }
        assertThat(sum)
                .isCloseTo(
                        whole.get("sum_abs").asDouble(),
                        within(1e-5 * whole.get("sum_abs").asDouble()));
    }

    /** The other kinds are read below and by {@code PipelineOracleTest}. */
    @Test
    void noKindIsLeftOut() {
        List<String> kinds = List.of("layer.", "block.", "emb.", "pipe.");
        Oracles.cases(getClass(), FILE)
                .map(a -> (String) a.get()[0])
                .forEach(id -> assertThat(kinds).as(id).anyMatch(id::startsWith));
    }

    private static Var forward(Tape t, String id, OracleDraws d, int label) {
        return switch (id) {
            case "layer.upsample_default" -> Shapes.upsample2x(t, d.input(t, "sample"));
            case "layer.upsample_conv_out" ->
                d.fill(Resampling.up(null, C, 2 * C), "").apply(t, d.input(t, "sample"));
            case "layer.downsample_conv" -> down(t, d, C);
            case "layer.downsample_conv_out" -> down(t, d, C / 2);
            case "layer.resnet_default" ->
                d.fill(new ResnetBlock(null, C, C, TIME, C, EPS), "").apply(t, d.input(t, "sample"), time(t, d));
            case "layer.upsample_transpose" ->
                d.fill(new ConvTranspose2d(null, C, C, 4, Convolution.of(2, 1)), "conv.")
                        .apply(t, d.input(t, "sample"));
            case "layer.resnet_up" -> resnetOf(t, d, SideChange.DOUBLE_NEAREST);
            case "layer.resnet_down" -> resnetOf(t, d, SideChange.HALVE_MEAN);
            case "layer.transformer_self" -> transformer(t, d, 1);
            case "layer.transformer_2heads_eval" -> transformer(t, d, 2);
            case "layer.transformer_adanorm" -> classTransformer(t, d, label);
            case "block.DownBlock2D" ->
                d.fill(UNetBlock.down(null, config(1, false), 0), "")
                        .down(t, hidden(t, d), time(t, d), null, null, new ArrayDeque<>());
            case "block.CrossAttnDownBlock2D" ->
                d.fill(UNetBlock.down(null, config(1, true), 0), "")
                        .down(t, hidden(t, d), time(t, d), WITHOUT_ENCODER, null, new ArrayDeque<>());
            case "block.UpBlock2D" ->
                d.fill(UNetBlock.up(null, config(0, false), 1), "").up(t, hidden(t, d), time(t, d), null, skips(t, d));
            case "block.CrossAttnUpBlock2D" ->
                d.fill(UNetBlock.up(null, config(0, true), 1), "")
                        .up(t, hidden(t, d), time(t, d), WITHOUT_ENCODER, skips(t, d));
            case "block.AttnDownBlock2D" -> down(t, d, Kind.ATTENTION);
            case "block.SkipDownBlock2D" -> down(t, d, Kind.SKIP);
            case "block.AttnSkipDownBlock2D" -> down(t, d, Kind.ATTENTION_SKIP);
            case "block.SkipUpBlock2D" -> up(t, d, Kind.SKIP);
            case "block.AttnSkipUpBlock2D" -> up(t, d, Kind.ATTENTION_SKIP);
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

    private static Var attention(Tape t, OracleDraws d, Var x, int heads) {
        return d.fill(new AttentionBlock(null, C, heads, C, EPS, 1), "attentions.0.")
                .apply(t, x);
    }

    private static Var resnetOf(Tape t, OracleDraws d, SideChange sides) {
        ResnetBlock.Shape shape = ResnetBlock.Shape.of(C, C, TIME, C, EPS).withSides(sides);
        return d.fill(new ResnetBlock(null, shape), "").apply(t, d.input(t, "sample"), time(t, d));
    }

    private static Var transformer(Tape t, OracleDraws d, int heads) {
        UNet2DConfig config = config(1, C, heads, 0, true);
        return d.fill(new Transformer2DModel(null, config, 0), "").apply(t, d.input(t, "sample"), WITHOUT_ENCODER);
    }

    /** Transformer2DModel with adaptive normalisation by class, whose cross-attention reads its own tokens. */
    private static Var classTransformer(Tape t, OracleDraws d, int label) {
        int c = 2 * C;
        String block = "transformer_blocks.0.";
        Var x = d.input(t, "sample");
        try (PlainLayerNorm norm = new PlainLayerNorm(c, 1e-5)) {
            Var h = d.fill(new GroupNorm(C, c, EPS), "norm.").apply(t, x);
            h = Shapes.tokens(t, d.fill(new Conv2d(null, c, c, 1), "proj_in.").apply(t, h));
            for (int i = 1; i <= 2; i++) {
                Var n = d.fill(new AdaptiveLayerNorm(null, c, 5, norm), block + "norm" + i + ".")
                        .apply(t, h, label);
                Attention a = d.fill(new Attention(null, c, c, 2), block + "attn" + i + ".");
                h = Elementwise.add(t, h, a.apply(t, n, a.project(t, n), null));
            }
            Var n = d.fill(new LayerNorm(c, 1e-5), block + "norm3.").apply(t, h);
            h = Elementwise.add(
                    t, h, d.fill(new FeedForward(null, c, 4), block + "ff.").apply(t, n));
            h = d.fill(new Conv2d(null, c, c, 1), "proj_out.").apply(t, Shapes.reshape(t, h, x.shape()));
            return Elementwise.add(t, x, h);
        }
    }

    private static Deque<Var> skips(Tape t, OracleDraws d) {
        Deque<Var> skips = new ArrayDeque<>();
        // The one that the upsampler takes its size from.
        skips.push(t.constant(t.allocate(1, 64, 64, 1)));
        skips.push(d.input(t, "res_hidden_states"));
        return skips;
    }

    private static UNet2DModelConfig mapConfig(int layers, Kind kind) {
        List<Kind> both = List.of(kind, kind);
        SinusoidalCode code = new SinusoidalCode(C, true, 0);
        return new UNet2DModelConfig(
                0, 3, 3, false, code, List.of(C, C), both, both, layers, 1, 1, false, false, 1, C, EPS, true);
    }

    private static Var down(Tape t, OracleDraws d, Kind kind) {
        ImagePath path = new ImagePath(kind == Kind.ATTENTION ? null : d.input(t, "skip_sample"));
        return d.fill(MapBlock.down(null, mapConfig(1, kind), 0), "")
                .down(t, hidden(t, d), time(t, d), path, new ArrayDeque<>());
    }

    private static Var up(Tape t, OracleDraws d, Kind kind) {
        return d.fill(MapBlock.up(null, mapConfig(0, kind), 1), "")
                .up(t, hidden(t, d), time(t, d), new ImagePath(null), skips(t, d));
    }

    private static UNet2DConfig config(int layers, boolean attends) {
        return config(layers, C, 1, C, attends);
    }

    private static UNet2DConfig config(int layers, int channels, int heads, int context, boolean attends) {
        List<Integer> both = List.of(1, 1);
        return new UNet2DConfig(
                0,
                4,
                4,
                List.of(channels, channels),
                List.of(attends, attends),
                List.of(attends, attends),
                List.of(layers, layers),
                both,
                List.of(heads, heads),
                List.of(context, context),
                false,
                false,
                false,
                1,
                3,
                3,
                C,
                EPS,
                TIME,
                new SinusoidalCode(channels, true, 0),
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
