package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.ragdiff.diffusion.diffusers.adapter.T2IAdapterConfig;
import org.ragdiff.diffusion.diffusers.dit.DiTConfig;
import org.ragdiff.diffusion.diffusers.unet.ControlNetConfig;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfigJson;
import org.ragdiff.diffusion.diffusers.unet.UNet2DModelConfig;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.diffusers.vae.VQModelConfig;
import org.ragdiff.diffusion.diffusers.vision.VisionConfig;

/** Random legal configurations of all networks: what is written as JSON is read back equal. */
class ConfigPropertyTest {
    private static final int RUNS = 500;

    private interface Reader<C> {
        C read(StrictConfig json) throws IOException;
    }

    private static <C> void everyOne(
            Function<RandomConfigs, C> make, Function<C, ? extends JsonNode> write, Reader<C> read) throws IOException {
        for (int seed = 0; seed < RUNS; seed++) {
            C config = make.apply(new RandomConfigs(seed));
            String json = StrictConfig.toText(write.apply(config));
            assertThat(read.read(StrictConfig.parse(json, "seed " + seed)))
                    .as("seed %d, %s", seed, json)
                    .isEqualTo(config);
        }
    }

    @Test
    void unets() throws IOException {
        everyOne(RandomConfigs::unet, UNet2DConfigJson::write, UNet2DConfigJson::read);
    }

    @Test
    void controlNets() throws IOException {
        everyOne(RandomConfigs::controlNet, ControlNetConfig::toJson, ControlNetConfig::read);
    }

    @Test
    void adapters() throws IOException {
        everyOne(RandomConfigs::adapter, T2IAdapterConfig::toJson, T2IAdapterConfig::read);
    }

    @Test
    void codecs() throws IOException {
        everyOne(RandomConfigs::vae, AutoencoderKLConfig::toJson, AutoencoderKLConfig::read);
        everyOne(RandomConfigs::vq, VQModelConfig::toJson, VQModelConfig::read);
    }

    @Test
    void unconditionalUnets() throws IOException {
        everyOne(RandomConfigs::unconditional, UNet2DModelConfig::toJson, UNet2DModelConfig::read);
    }

    @Test
    void diffusionTransformers() throws IOException {
        everyOne(RandomConfigs::dit, DiTConfig::toJson, DiTConfig::read);
    }

    @Test
    void visionTowers() throws IOException {
        everyOne(RandomConfigs::vision, VisionConfig::toJson, VisionConfig::read);
    }
}
