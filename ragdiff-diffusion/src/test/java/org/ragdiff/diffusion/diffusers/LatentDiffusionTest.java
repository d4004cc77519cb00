package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.diffusers.pipeline.LatentDiffusion;
import org.ragdiff.diffusion.diffusers.pipeline.TextCondition;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.diffusion.sampler.Steps;

/** A pipeline's folder from model_index.json to images, against diffusers' own. */
class LatentDiffusionTest {
    private static final String FAMILY = "pipeline";

    @TempDir
    Path temp;

    private Path pipeline(JsonNode c) throws IOException {
        Path family = Goldens.folder(FAMILY);
        copy(family.resolve(c.get("unet").asText()), temp.resolve("unet"));
        copy(family.resolve(c.get("vae").asText()), temp.resolve("vae"));
        copy(family.resolve(c.get("scheduler").asText()).getParent(), temp.resolve("scheduler"));
        Files.writeString(
                temp.resolve("model_index.json"),
                "{\"_class_name\": \"StableDiffusionPipeline\", \"_diffusers_version\": \"0.40.0\","
                        + " \"feature_extractor\": [null, null], \"requires_safety_checker\": false,"
                        + " \"scheduler\": [\"diffusers\", \"DDIMScheduler\"],"
                        + " \"text_encoder\": [\"transformers\", \"CLIPTextModel\"],"
                        + " \"unet\": [\"diffusers\", \"UNet2DConditionModel\"],"
                        + " \"vae\": [\"diffusers\", \"AutoencoderKL\"]}");
        return temp;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path f : files.toList()) {
                Files.copy(f, to.resolve(f.getFileName().toString()));
            }
        }
    }

    @Test
    void imagesAreDiffusers() throws IOException {
        JsonNode c = Goldens.cases(FAMILY).get(0);
        FixtureTensors f = Goldens.tensors(FAMILY, c);
        int[] s = f.shape("mid.initial_noise");
        double[] noise = Goldens.channelsLast(f.values("mid.initial_noise"), s);
        try (Kernels kernels = KernelProviders.defaultKernels();
                LatentDiffusion pipeline = LatentDiffusion.load(pipeline(c), kernels)) {
            float[] latents = pipeline.sample(
                    text(f, "in.cond"),
                    text(f, "in.uncond"),
                    c.get("guidance_scale").asDouble(),
                    s[2],
                    s[3],
                    Steps.of(c.get("steps").asInt()),
                    out -> {
                        for (int i = 0; i < out.length; i++) {
                            out[i] = (float) noise[i];
                        }
                    },
                    StepListener.NONE);
            float[] decoded = pipeline.decode(latents, s[2], s[3]);
            assertThat(Goldens.relativeError(f, "out.decoded_f64", decoded)).isLessThan(1e-4);
            assertThatThrownBy(() -> pipeline.decode(latents, 5, 7)).hasMessageContaining("are no latents of 5 x 7");
        }
    }

    private static TextCondition text(FixtureTensors f, String name) {
        int[] s = f.shape(name);
        double[] v = f.values(name);
        float[] values = new float[v.length];
        for (int i = 0; i < v.length; i++) {
            values[i] = (float) v[i];
        }
        return TextCondition.of(Networks.array(values, s[0], s[1], s[2]));
    }

    @Test
    void saysWhatThePipelineLacks() throws IOException {
        assertThatThrownBy(() -> PipelineFolder.open(temp)).hasMessageContaining("has no model_index.json");
        PipelineFolder p = PipelineFolder.open(pipeline(Goldens.cases(FAMILY).get(0)));
        assertThat(p.className()).isEqualTo("StableDiffusionPipeline");
        assertThat(p.components()).containsOnlyKeys("scheduler", "text_encoder", "unet", "vae");
        assertThat(p.component("unet", "UNet2DConditionModel")).isDirectory();
        assertThatThrownBy(() -> p.component("unet", "UNet3DConditionModel"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("unet is a UNet2DConditionModel, expected UNet3DConditionModel");
        assertThatThrownBy(() -> p.component("text_encoder")).hasMessageContaining("there is no folder");
        assertThatThrownBy(() -> p.component("image_encoder")).hasMessageContaining("names no component image_encoder");
    }
}
