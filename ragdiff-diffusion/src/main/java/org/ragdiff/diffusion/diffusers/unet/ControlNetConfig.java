package org.ragdiff.diffusion.diffusers.unet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;

/**
 * Shape of a {@link ControlNetModel}.
 *
 * @param unet what it has in common with the UNet that it controls; attention on the way up says nothing
 * @param conditioningChannels channels of the condition image
 * @param embeddingChannels channels of the layers that read it, each after the first halving the side
 * @param bgr whether the model flips the channels of the condition, which is RGB in any case
 */
public record ControlNetConfig(
        UNet2DConfig unet, int conditioningChannels, List<Integer> embeddingChannels, boolean bgr) {
    private static final String CLASS = "ControlNetModel";

    public ControlNetConfig {
        embeddingChannels = List.copyOf(embeddingChannels);
        if (!unet.midBlock()) {
            throw new IllegalArgumentException("a ControlNet needs a mid block: mid_block_type must not be null");
        }
    }

    /** Pixels of the condition image per latent cell along a side. */
    public int factor() {
        return 1 << (embeddingChannels.size() - 1);
    }

    /**
     * Reads all keys; defaults as in diffusers.
     *
     * @throws CheckpointException listing every unknown key and every value that is not implemented
     */
    public static ControlNetConfig read(StrictConfig json) throws CheckpointException {
        json.className(CLASS).only("global_pool_conditions", false);
        int channels = json.integer("conditioning_channels", 3, 1, 1024);
        List<Integer> embedding =
                json.integers("conditioning_embedding_out_channels", List.of(16, 32, 96, 256), 1, 8192);
        json.only("controlnet_conditioning_channel_order", "rgb", "bgr");
        boolean bgr = "bgr".equals(json.text("controlnet_conditioning_channel_order", "rgb"));
        UNet2DConfig unet = UNet2DConfigJson.readDown(json, null, 4, 3);
        return new ControlNetConfig(unet, channels, embedding, bgr);
    }

    /** All keys of diffusers' constructor. */
    public ObjectNode toJson() {
        ObjectNode o = UNet2DConfigJson.writeDown(unet, CLASS);
        o.put("conditioning_channels", conditioningChannels);
        embeddingChannels.forEach(o.putArray("conditioning_embedding_out_channels")::add);
        o.put("controlnet_conditioning_channel_order", bgr ? "bgr" : "rgb");
        o.put("global_pool_conditions", false);
        return o;
    }
}
