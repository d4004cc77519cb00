package org.ragdiff.diffusion.diffusers.vae;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;

/**
 * Shape of a {@link VQModel}.
 *
 * @param layers shape of encoder and decoder, with both quantisation convolutions and without a shift
 * @param embeddings entries of the codebook
 * @param embeddingChannels channels of an entry
 */
public record VQModelConfig(AutoencoderKLConfig layers, int embeddings, int embeddingChannels) {
    private static final String CLASS = "VQModel";

    /**
     * Reads all keys; defaults as in diffusers.
     *
     * @throws CheckpointException listing every unknown key and every value that is not implemented
     */
    public static VQModelConfig read(StrictConfig json) throws CheckpointException {
        json.only("norm_type", "group").only("lookup_from_codebook", false);
        int entries = json.integer("num_vq_embeddings", 256, 1, 1 << 20);
        int latent = json.integer("latent_channels", 3, 1, 256);
        int channels = json.given("vq_embed_dim") ? json.integer("vq_embed_dim", latent, 1, 4096) : latent;
        AutoencoderKLConfig layers = AutoencoderKLConfig.readLayers(json, CLASS, 3);
        return new VQModelConfig(layers, entries, channels);
    }

    /** All keys of diffusers' constructor. */
    public ObjectNode toJson() {
        ObjectNode o = layers.toJson();
        o.put("_class_name", CLASS);
        for (String key :
                new String[] {"latents_mean", "latents_std", "shift_factor", "use_quant_conv", "use_post_quant_conv"}) {
            o.remove(key);
        }
        o.put("norm_type", "group");
        o.put("lookup_from_codebook", false);
        o.put("num_vq_embeddings", embeddings);
        o.put("vq_embed_dim", embeddingChannels);
        return o;
    }
}
