package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.diffusers.vision.ImageProcessor;
import org.ragdiff.diffusion.diffusers.vision.VisionConfig;
import org.ragdiff.diffusion.diffusers.vision.VisionEncoder;

/** CLIP, SigLIP and DINOv2 with their image processors against transformers' own outputs. */
class VisionFixtureTest {
    private static final String FAMILY = "vision-encoders";

    @Test
    void seesWhatTransformersSees(@TempDir Path temp) throws IOException {
        for (JsonNode c : Goldens.cases(FAMILY)) {
            FixtureTensors f = Goldens.tensors(FAMILY, c);
            String name = c.get("checkpoint").asText();
            Path folder = Goldens.folder(FAMILY).resolve(name);
            check(folder, f);
            if (!name.equals("dinov2")) {
                check(Goldens.folder(FAMILY).resolve(name + "-hub-names"), f);
            }
            try (VisionEncoder encoder = VisionEncoder.load(folder)) {
                encoder.save(temp.resolve(name), Dtype.F32);
            }
            check(temp.resolve(name), f);
        }
    }

    private static void check(Path folder, FixtureTensors f) throws IOException {
        try (VisionEncoder encoder = VisionEncoder.load(folder)) {
            float[][] kept = new float[1][];
            float[] last = Goldens.run(t -> {
                VisionEncoder.Features out = encoder.apply(t, Goldens.input(t, f, "in.pixel_values"));
                kept[0] = HostArrays.read(out.pooled().value());
                return out.lastHiddenState();
            });
            assertThat(Goldens.relativeError(f, "out.last_hidden_state_f64", last))
                    .isLessThan(1e-5);
            String pooled = f.has("out.image_embeds_f64") ? "out.image_embeds_f64" : "out.pooler_output_f64";
            assertThat(Goldens.relativeError(f, pooled, kept[0])).isLessThan(1e-5);
        }
    }

    @Test
    void preparesImagesAsTransformers() throws IOException {
        for (JsonNode c : Goldens.cases(FAMILY)) {
            FixtureTensors f = Goldens.tensors(FAMILY, c);
            if (!f.has("in.image")) {
                continue;
            }
            ImageProcessor processor = ImageProcessor.load(
                    Goldens.folder(FAMILY).resolve(c.get("checkpoint").asText()));
            int[] s = f.shape("in.image");
            double[] v = f.values("in.image");
            byte[] rgb = new byte[v.length];
            for (int i = 0; i < v.length; i++) {
                rgb[i] = (byte) (int) v[i];
            }
            float[] pixels = processor.apply(new RgbImage(s[1], s[0], rgb)).values();
            assertThat(Goldens.relativeError(f, "in.pixel_values", pixels)).isLessThan(1e-6);
        }
    }

    @Test
    void saysWhatIsNotImplemented() {
        assertThatThrownBy(() -> VisionConfig.read(StrictConfig.parse(
                        "{\"model_type\": \"dinov2\", \"use_swiglu_ffn\": true, \"hidden_act\": \"relu\"}", "c.json")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("use_swiglu_ffn is true, but works with false")
                .hasMessageContaining("\"quick_gelu\", \"gelu\", \"gelu_pytorch_tanh\"");
        assertThatThrownBy(() -> VisionConfig.read(StrictConfig.parse("{\"model_type\": \"vit\"}", "c.json")))
                .hasMessageContaining("model_type is \"vit\", but works with one of");
    }

    @Test
    void aWholeClipConfigurationHasItsVisionPart() throws CheckpointException {
        VisionConfig c = VisionConfig.read(StrictConfig.parse(
                "{\"model_type\": \"clip\", \"projection_dim\": 768, \"text_config\": {}, \"vision_config\":"
                        + " {\"model_type\": \"clip_vision_model\", \"hidden_size\": 1024, \"patch_size\": 14,"
                        + " \"num_attention_heads\": 16, \"num_hidden_layers\": 24, \"intermediate_size\": 4096}}",
                "config.json"));
        assertThat(c.projectionDim()).isEqualTo(768);
        assertThat(c.patchSize()).isEqualTo(14);
        assertThat(c.layers()).isEqualTo(24);
    }
}
