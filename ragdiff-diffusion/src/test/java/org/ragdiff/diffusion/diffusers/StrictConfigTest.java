package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfigJson;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;

class StrictConfigTest {
    private static UNet2DConfig unet(String json) throws CheckpointException {
        return UNet2DConfigJson.read(StrictConfig.parse(json, "config.json"));
    }

    @Test
    void defaultsAreDiffusers() throws CheckpointException {
        UNet2DConfig c = unet("{}");
        assertThat(c.blockOutChannels()).containsExactly(320, 640, 1280, 1280);
        assertThat(c.crossAttentionDim()).containsOnly(1280);
        assertThat(c.attentionHeads()).containsOnly(8);
        assertThat(c.upAttention()).containsExactly(true, true, true, false);
        assertThat(c.timeEmbeddingDim()).isEqualTo(1280);
        assertThat(UNet2DConfigJson.read(StrictConfig.parse(
                        StrictConfig.toText(UNet2DConfigJson.write(UNet2DConfig.stableDiffusionXl())), "written")))
                .isEqualTo(UNet2DConfig.stableDiffusionXl());
        AutoencoderKLConfig v = AutoencoderKLConfig.read(StrictConfig.parse("{}", "config.json"));
        assertThat(v.blockOutChannels()).isEqualTo(List.of(64));
        assertThat(v.scalingFactor()).isEqualTo(0.18215);
    }

    @Test
    void saysWhichValuesWork() {
        refused("{\"act_fn\": \"gelu\"}", "act_fn is \"gelu\", but works with one of \"silu\", \"swish\"");
        refused("{\"class_embed_type\": \"timestep\"}", "class_embed_type is \"timestep\", but works with null");
        refused(
                "{\"down_block_types\": [\"AttnDownBlock2D\"]}",
                "works with a list of \"CrossAttnDownBlock2D\", \"DownBlock2D\"");
        refused("{\"attention_head_dim\": [8, 8]}", "one for each of the 4 blocks");
        refused("{\"attention_head_dim\": 7}", "attention_head_dim, the number of heads, (7) must divide");
        refused("{\"in_channels\": \"4\"}", "in_channels is \"4\", but must be a whole number in [1, 1024]");
        refused("{\"norm_num_groups\": null}", "norm_num_groups is null");
        refused("{\"block_out_channels\": []}", "must be a list of whole numbers");
        refused("{\"_class_name\": \"UNet3DConditionModel\"}", "works with \"UNet2DConditionModel\"");
        refused("{\"center_input_sample\": \"false\"}", "works with false");
        refused("{\"norm_eps\": NaN}", "not valid JSON");
        refused("{\"in_channels\": 4, \"in_channels\": 5}", "not valid JSON");
        refused("[]", "holds no JSON object");
    }

    @Test
    void listsAllProblemsAtOnce() {
        refused("{\"surprise\": 1, \"dual_cross_attention\": true}", "unknown key surprise");
        refused("{\"surprise\": 1, \"dual_cross_attention\": true}", "dual_cross_attention is true, but works with");
    }

    private static void refused(String json, String message) {
        assertThatThrownBy(() -> unet(json))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(message);
    }
}
