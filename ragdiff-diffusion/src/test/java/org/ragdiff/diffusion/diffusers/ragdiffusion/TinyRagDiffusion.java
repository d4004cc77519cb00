package org.ragdiff.diffusion.diffusers.ragdiffusion;

import java.util.List;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfigJson;

/** Stable Diffusion's layout with few channels, and RAGDiffusion around it. */
public final class TinyRagDiffusion {
    static final RagDiffusionConfig CONFIG = new RagDiffusionConfig(5, 3, List.of(4, 6));

    private TinyRagDiffusion() {}

    static UNet2DConfig unet() throws CheckpointException {
        return UNet2DConfigJson.read(StrictConfig.parse(
                "{\"block_out_channels\": [8, 16], \"layers_per_block\": 1, \"norm_num_groups\": 4,"
                        + " \"attention_head_dim\": 2, \"cross_attention_dim\": 8,"
                        + " \"down_block_types\": [\"CrossAttnDownBlock2D\", \"DownBlock2D\"],"
                        + " \"up_block_types\": [\"UpBlock2D\", \"CrossAttnUpBlock2D\"]}",
                "unet"));
    }

    /** Untrained: what is new changes nothing. */
    public static RagDiffusionModel untrained() throws CheckpointException {
        UNet2DConditionModel unet = UNet2DConditionModel.random(unet(), 1);
        Networks.randomise(unet, 2, 0.15);
        return RagDiffusionModel.around(unet, CONFIG, 3);
    }

    /** With weights by which every stream steers. */
    public static RagDiffusionModel trained() throws CheckpointException {
        RagDiffusionModel model = untrained();
        Networks.randomise(model.conditioning(), 4, 0.25);
        return model;
    }
}
