package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.Oracles;
import org.ragdiff.core.random.TorchGenerator;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.diffusers.pipeline.LatentDiffusion;
import org.ragdiff.diffusion.diffusers.pipeline.TextCondition;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfigJson;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.diffusers.vision.VisionConfig;
import org.ragdiff.diffusion.diffusers.vision.VisionEncoder;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.SamplerOptions;
import org.ragdiff.diffusion.sampler.Samplers;
import org.ragdiff.diffusion.sampler.Steps;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;

/** Whole pipelines and a vision tower on weights drawn by torch's generator, as diffusers and transformers compute. */
class TinyDiffusionOracleTest {
    private static final String FILE = "10_computed_reference_runs.json";
    private static final int SIDE = 32;

    static Stream<Arguments> pipelines() {
        return Oracles.cases(TinyDiffusionOracleTest.class, FILE, "sdtiny.");
    }

    private static OracleDraws draws(JsonNode module) {
        return new OracleDraws(
                module.get("draws"),
                module.get("constant_parameters"),
                module.get("seed").asLong());
    }

    private static TextCondition text(DoubleUnaryOperator f) {
        float[] v = new float[77 * 8];
        for (int i = 0; i < v.length; i++) {
            v[i] = (float) f.applyAsDouble(0.37 * i);
        }
        return TextCondition.of(Networks.array(v, 1, 77, 8));
    }

    /** The draws of {@code torch.randn(1, 4, 32, 32)}, channels last, one after the other from one generator. */
    private static NoiseSource noise() {
        TorchGenerator g = new TorchGenerator(0);
        return out -> {
            float[] v = new float[out.length];
            g.normal(v);
            double[] d = new double[v.length];
            for (int i = 0; i < d.length; i++) {
                d[i] = v[i];
            }
            double[] last = Goldens.channelsLast(d, new int[] {1, 4, SIDE, SIDE});
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) last[i];
            }
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pipelines")
    void picturesAreDiffusers(String id, JsonNode c) throws IOException {
        JsonNode modules = Oracles.file(getClass(), FILE).at("/definitions/sd_tiny/modules");
        JsonNode input = c.get("input");
        assertThat(input.get("height").asInt()).isEqualTo(2 * SIDE);
        UNet2DConditionModel unet = UNet2DConditionModel.unset(UNet2DConfigJson.read(
                StrictConfig.parse(modules.at("/unet/config_effective").toString(), "unet")));
        AutoencoderKL vae = AutoencoderKL.unset(AutoencoderKLConfig.read(
                StrictConfig.parse(modules.at("/vae/config_effective").toString(), "vae")));
        SchedulerConfig scheduler = SchedulerConfig.of(input.get("scheduler").asText(), input.get("config"));
        SamplerOptions options = scheduler.options();
        List<double[]> seen = new ArrayList<>();
        try (Kernels kernels = KernelProviders.defaultKernels();
                LatentDiffusion pipeline = new LatentDiffusion(
                                draws(modules.get("unet")).fill(unet, ""),
                                draws(modules.get("vae")).fill(vae, ""),
                                Samplers.of(options, scheduler.process()),
                                kernels)
                        .withGuidanceRescale(input.path("guidance_rescale").asDouble(0))) {
            float[] latents = pipeline.sample(
                    text(Math::sin),
                    text(Math::cos),
                    input.get("guidance_scale").asDouble(),
                    SIDE,
                    SIDE,
                    Steps.of(input.get("num_inference_steps").asInt()),
                    noise(),
                    step -> {
                        float[] x = step.latents().toArray();
                        seen.add(new double[] {x[0], x[4], x[8], x[12]});
                    });
            JsonNode expected = c.get("expected");
            JsonNode steps = expected.get("latents_first4_after_each_step");
            assertThat(seen).hasSize(steps.size());
            for (int i = 0; i < steps.size(); i++) {
                for (int j = 0; j < 4; j++) {
                    double wanted = steps.get(i).get(j).asDouble();
                    assertThat(seen.get(i)[j])
                            .as("step %d, value %d", i, j)
                            .isCloseTo(wanted, within(1e-3 * Math.max(1, Math.abs(wanted))));
                }
            }
            checkPicture(expected, pipeline.decode(latents, SIDE, SIDE));
        }
    }

    private static void checkPicture(JsonNode expected, float[] decoded) {
        int side = 2 * SIDE;
        double sum = 0;
        for (int i = 0; i < decoded.length; i++) {
            decoded[i] = Math.max(0, Math.min(1, decoded[i] / 2 + 0.5f));
            sum += decoded[i];
        }
        for (int i = 0; i < 9; i++) {
            int at = ((side - 3 + i / 3) * side + side - 3 + i % 3) * 3 + 2;
            assertThat((double) decoded[at])
                    .as("pixel %d", i)
                    .isCloseTo(expected.get("slice").get(i).asDouble(), within(2e-4));
        }
        assertThat(sum / decoded.length).isCloseTo(expected.get("image_mean").asDouble(), within(2e-5));
    }

    static Stream<Arguments> visionTowers() {
        return Oracles.cases(TinyDiffusionOracleTest.class, FILE, "clip_vision.");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("visionTowers")
    void visionTowersAreTransformers(String id, JsonNode c) throws IOException {
        JsonNode input = c.get("input");
        com.fasterxml.jackson.databind.node.ObjectNode config =
                input.get("config").deepCopy();
        config.put("model_type", "clip_vision_model");
        config.put("hidden_act", input.get("hidden_act").asText());
        OracleDraws draws = new OracleDraws(
                input.get("draws"),
                input.get("constant_parameters"),
                input.get("seed").asLong());
        double[] pixels = new double[3 * 32 * 32];
        for (int k = 0; k < pixels.length; k++) {
            pixels[k] = Math.sin(0.13 * k);
        }
        double[] last = Goldens.channelsLast(pixels, new int[] {1, 3, 32, 32});
        try (VisionEncoder encoder =
                VisionEncoder.random(VisionConfig.read(StrictConfig.parse(config.toString(), "clip")), 0)) {
            draws.fill(encoder, "");
            float[][] kept = new float[1][];
            float[] hidden = Goldens.run(t -> {
                VisionEncoder.Features f = encoder.apply(t, Goldens.array(t, last, 1, 32, 32, 3));
                kept[0] = HostArrays.read(f.pooled().value());
                return f.lastHiddenState();
            });
            same(kept[0], c.at("/expected/image_embeds"));
            same(hidden, c.at("/expected/last_hidden_first8"));
        }
    }

    private static void same(float[] got, JsonNode expected) {
        for (int i = 0; i < expected.size(); i++) {
            assertThat((double) got[i]).isCloseTo(expected.get(i).asDouble(), within(2e-4));
        }
    }
}
