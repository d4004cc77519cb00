package org.ragdiff.diffusion.diffusers.dit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;

/**
 * Shape of a {@link DiTTransformer2DModel}.
 *
 * @param sampleSize side of the latents, a multiple of the patch size
 * @param inChannels channels of the latents
 * @param outChannels channels of the prediction, twice as many if it has a variance
 * @param patchSize cells of a patch along a side
 * @param heads attention heads
 * @param headChannels channels of a head
 * @param layers transformer blocks
 * @param classes that the network knows; one more stands for none
 * @param normEps of the second norm of a block
 */
public record DiTConfig(
        int sampleSize,
        int inChannels,
        int outChannels,
        int patchSize,
        int heads,
        int headChannels,
        int layers,
        int classes,
        double normEps) {
    private static final String CLASS = "DiTTransformer2DModel";

    public DiTConfig {
        if (sampleSize % patchSize != 0 || heads * headChannels % 4 != 0) {
            throw new IllegalArgumentException("patch_size (" + patchSize + ") must divide sample_size (" + sampleSize
                    + "), and 4 the channels, " + heads * headChannels);
        }
    }

    /** Channels of a token. */
    public int channels() {
        return heads * headChannels;
    }

    /** Patches along a side. */
    public int grid() {
        return sampleSize / patchSize;
    }

    /**
     * Reads all keys; defaults as in diffusers.
     *
     * @throws CheckpointException listing every unknown key and every value that is not implemented
     */
    public static DiTConfig read(StrictConfig json) throws CheckpointException {
        // Files of older versions hold what the general Transformer2DModel knew.
        json.ignore("_diffusers_version", "_name_or_path", "dropout", "norm_num_groups")
                .only("_class_name", CLASS, "Transformer2DModel")
                .only("attention_bias", true)
                .only("activation_fn", "gelu-approximate")
                .only("norm_type", "ada_norm_zero")
                .only("norm_elementwise_affine", false)
                .only("upcast_attention", false)
                .only("cross_attention_dim", (Object) null)
                .only("double_self_attention", false)
                .only("num_vector_embeds", (Object) null)
                .only("only_cross_attention", false)
                .only("use_linear_projection", false);
        int heads = json.integer("num_attention_heads", 16, 1, 1024);
        int head = json.integer("attention_head_dim", 72, 1, 8192);
        int in = json.integer("in_channels", 4, 1, 1024);
        int out = json.given("out_channels") ? json.integer("out_channels", in, 1, 1024) : in;
        int layers = json.integer("num_layers", 28, 1, 256);
        int size = json.integer("sample_size", 32, 1, 1 << 12);
        int patch = json.integer("patch_size", 2, 1, 64);
        int classes = json.integer("num_embeds_ada_norm", 1000, 1, 1 << 20);
        double eps = json.number("norm_eps", 1e-5, 0, 1);
        return json.build(() -> new DiTConfig(size, in, out, patch, heads, head, layers, classes, eps));
    }

    /** All keys of diffusers' constructor. */
    public ObjectNode toJson() {
        ObjectNode o = StrictConfig.object();
        o.put("_class_name", CLASS);
        o.put("_diffusers_version", "0.30.0");
        o.put("activation_fn", "gelu-approximate");
        o.put("attention_bias", true);
        o.put("attention_head_dim", headChannels);
        o.put("dropout", 0.0);
        o.put("in_channels", inChannels);
        o.put("norm_elementwise_affine", false);
        o.put("norm_eps", normEps);
        o.put("norm_num_groups", 32);
        o.put("norm_type", "ada_norm_zero");
        o.put("num_attention_heads", heads);
        o.put("num_embeds_ada_norm", classes);
        o.put("num_layers", layers);
        o.put("out_channels", outChannels);
        o.put("patch_size", patchSize);
        o.put("sample_size", sampleSize);
        o.put("upcast_attention", false);
        return o;
    }
}
