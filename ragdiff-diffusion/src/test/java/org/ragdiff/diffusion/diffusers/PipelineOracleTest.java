package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.Oracles;
import org.ragdiff.core.random.PythonRandom;
import org.ragdiff.core.random.TorchGenerator;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.dit.DiTConfig;
import org.ragdiff.diffusion.diffusers.dit.DiTTransformer2DModel;
import org.ragdiff.diffusion.diffusers.pipeline.UnconditionalUNet;
import org.ragdiff.diffusion.diffusers.unet.UNet2DModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DModelConfig;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.diffusers.vae.VQModel;
import org.ragdiff.diffusion.diffusers.vae.VQModelConfig;
import org.ragdiff.diffusion.sampler.NoisePredictor;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.Start;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.diffusion.sampler.Steps;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;

/** Pictures that diffusers' tests of whole pipelines print, on weights drawn by torch's generator. */
class PipelineOracleTest {
    private static final int NULL_CLASS = 1000;
    private static final double GUIDANCE = 4;

    static Stream<Arguments> pipelines() {
        return Oracles.cases(PipelineOracleTest.class, "02_layers_pipelines.json", "pipe.");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pipelines")
    void picturesAreDiffusers(String id, JsonNode c) throws IOException {
        try (Kernels kernels = KernelProviders.defaultKernels()) {
            float[] image =
                    switch (id) {
                        case "pipe.ddpm", "pipe.ddim" -> unconditional(c, kernels);
                        case "pipe.ldm_superres" -> superResolution(c, kernels);
                        case "pipe.dit" -> classConditional(c, kernels);
                        default -> throw new AssertionError("nothing computes " + id);
                    };
            check(c, image);
        }
    }

    private static void check(JsonNode c, float[] image) {
        int side = (int) Math.round(Math.sqrt(image.length / 3.0));
        double sum = 0;
        for (int i = 0; i < image.length; i++) {
            image[i] = Math.max(0, Math.min(1, image[i] / 2 + 0.5f));
            sum += image[i];
        }
        for (int i = 0; i < 9; i++) {
            int at = ((side - 3 + i / 3) * side + side - 3 + i % 3) * 3 + 2;
            // What was printed, and what was computed again with more digits.
            assertThat((double) image[at])
                    .as("pixel %d", i)
                    .isCloseTo(
                            c.get("expected").get(i).asDouble(),
                            within(c.at("/tolerance/abs").asDouble()))
                    .isCloseTo(c.at("/verification/slice").get(i).asDouble(), within(2e-4));
        }
        assertThat(sum / image.length)
                .isCloseTo(c.at("/verification/image_mean").asDouble(), within(2e-5));
    }

    private static JsonNode module(JsonNode c, String name) {
        return c.at("/input/modules/" + name);
    }

    private static StrictConfig config(JsonNode json) throws IOException {
        return StrictConfig.parse(json.toString(), "oracle");
    }

    private static OracleDraws draws(JsonNode module) {
        return new OracleDraws(
                module.get("draws"),
                module.get("constant_parameters"),
                module.get("seed").asLong());
    }

    private static UNet2DModel unet(JsonNode c) throws IOException {
        JsonNode module = module(c, "unet");
        return draws(module)
                .fill(UNet2DModel.unset(UNet2DModelConfig.read(config(module.get("config_effective")))), "");
    }

    /** What {@code torch.randn(1, channels, side, side)} draws with seed 0, channels last, again and again. */
    private static NoiseSource noise(int channels, int side) {
        TorchGenerator g = new TorchGenerator(0);
        return out -> {
            float[] v = new float[channels * side * side];
            g.normal(v);
            System.arraycopy(channelsLast(v, channels), 0, out, 0, v.length);
        };
    }

    private static float[] channelsLast(float[] v, int channels) {
        int cells = v.length / channels;
        float[] out = new float[v.length];
        for (int i = 0; i < v.length; i++) {
            out[i % cells * channels + i / cells] = v[i];
        }
        return out;
    }

    private static float[] sampled(JsonNode c, NoisePredictor model, int channels, int side) {
        JsonNode input = c.at("/input/scheduler");
        SchedulerConfig scheduler = SchedulerConfig.of(input.get("cls").asText(), input.get("config"));
        NoiseSource noise = noise(channels, side);
        Start start = Start.fromNoise(noise.next(channels * side * side));
        int steps = c.at("/input/num_inference_steps").asInt();
        return scheduler.sampler().sample(model, start, 1, Steps.of(steps), noise, StepListener.NONE);
    }

    private static float[] unconditional(JsonNode c, Kernels kernels) throws IOException {
        try (UNet2DModel unet = unet(c);
                UnconditionalUNet model = new UnconditionalUNet(unet, new float[0], 1, 8, 8, kernels)) {
            return sampled(c, model, 3, 8);
        }
    }

    private static float[] superResolution(JsonNode c, Kernels kernels) throws IOException {
        int side = 32;
        PythonRandom random = new PythonRandom(0);
        float[] low = new float[3 * side * side];
        for (int i = 0; i < low.length; i++) {
            low[i] = (float) random.next();
        }
        JsonNode module = module(c, "vqvae");
        VQModelConfig config = VQModelConfig.read(config(module.get("config_effective")));
        try (UNet2DModel unet = unet(c);
                VQModel vq = draws(module).fill(VQModel.unset(config), "");
                UnconditionalUNet model = new UnconditionalUNet(unet, channelsLast(low, 3), 1, side, side, kernels)) {
            float[] latents = sampled(c, model, 3, side);
            return Goldens.run(t -> vq.decode(t, Goldens.array(t, latents, 1, side, side, 3)));
        }
    }

    private static float[] classConditional(JsonNode c, Kernels kernels) throws IOException {
        JsonNode module = module(c, "transformer_then_vae");
        JsonNode configs = module.get("config_effective");
        int side = configs.at("/transformer/sample_size").asInt();
        OracleDraws draws = draws(module);
        try (DiTTransformer2DModel dit = draws.fill(
                        DiTTransformer2DModel.unset(DiTConfig.read(config(configs.get("transformer")))),
                        "transformer.");
                AutoencoderKL vae =
                        draws.fill(AutoencoderKL.unset(AutoencoderKLConfig.read(config(configs.get("vae")))), "vae.");
                TensorPool pool = new TensorPool()) {
            NoisePredictor model = (x, step, out) -> {
                try (Tape t = Tape.inference(kernels, pool)) {
                    float[] both = new float[2 * x.length];
                    System.arraycopy(x, 0, both, 0, x.length);
                    System.arraycopy(x, 0, both, x.length, x.length);
                    Var in = Goldens.array(t, both, 2, side, side, 4);
                    Var code = Goldens.array(t, DiTTransformer2DModel.timeCode(step, step), 2, 256);
                    float[] eight = HostArrays.read(
                            dit.apply(t, in, code, new int[] {1, NULL_CLASS}).value());
                    for (int i = 0; i < out.length; i++) {
                        // Noise in the first four channels, a variance in the others.
                        int at = i / 4 * 8 + i % 4;
                        float none = eight[eight.length / 2 + at];
                        out[i] = (float) (none + GUIDANCE * (eight[at] - none));
                    }
                }
            };
            float[] latents = sampled(c, model, 4, side);
            vae.unscale(latents);
            return Goldens.run(t -> vae.decode(t, Goldens.array(t, latents, 1, side, side, 4)));
        }
    }
}
