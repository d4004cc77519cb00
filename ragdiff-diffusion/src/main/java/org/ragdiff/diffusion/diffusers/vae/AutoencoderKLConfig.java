package org.ragdiff.diffusion.diffusers.vae;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;

/**
 * Shape of an {@link AutoencoderKL}.
 *
 * @param inChannels channels of images to encode
 * @param outChannels channels of decoded images
 * @param latentChannels channels of latents
 * @param blockOutChannels channels of each resolution, finest first
 * @param layersPerBlock resnets of the encoder's blocks; the decoder's have one more
 * @param normGroups groups of the normalisations; divides all channels
 * @param quantConv whether a 1x1 convolution follows the encoder
 * @param postQuantConv whether one precedes the decoder
 * @param midAttention whether the mid blocks have attention
 * @param scalingFactor latents times this have unit variance
 * @param shiftFactor subtracted before; 0 for none
 * @param sampleSize side of the images it was trained on; not checked
 * @param forceUpcast whether half-precision programs should compute in float32; kept for them
 */
public record AutoencoderKLConfig(
        int inChannels,
        int outChannels,
        int latentChannels,
        List<Integer> blockOutChannels,
        int layersPerBlock,
        int normGroups,
        boolean quantConv,
        boolean postQuantConv,
        boolean midAttention,
        double scalingFactor,
        double shiftFactor,
        int sampleSize,
        boolean forceUpcast) {
    private static final String CLASS = "AutoencoderKL";
    private static final String DOWN = "DownEncoderBlock2D";
    private static final String UP = "UpDecoderBlock2D";

    public AutoencoderKLConfig {
        blockOutChannels = List.copyOf(blockOutChannels);
        for (int c : blockOutChannels) {
            if (normGroups < 1 || c % normGroups != 0) {
                throw new IllegalArgumentException(
                        "norm_num_groups (" + normGroups + ") must divide block_out_channels " + blockOutChannels);
            }
        }
    }

    /** Pixels per latent cell along a side. */
    public int factor() {
        return 1 << (blockOutChannels.size() - 1);
    }

    /** Stable Diffusion 1 and 2: 4 channels. */
    public static AutoencoderKLConfig stableDiffusion() {
        return preset("\"sample_size\": 512");
    }

    /** Stable Diffusion XL: as 1 and 2, another factor. */
    public static AutoencoderKLConfig stableDiffusionXl() {
        return preset("\"sample_size\": 1024, \"scaling_factor\": 0.13025");
    }

    /** Stable Diffusion 3: 16 channels, no quantisation convolutions, a shift. */
    public static AutoencoderKLConfig stableDiffusion3() {
        return preset("\"sample_size\": 1024, \"latent_channels\": 16, \"scaling_factor\": 1.5305,"
                + " \"shift_factor\": 0.0609, \"use_quant_conv\": false, \"use_post_quant_conv\": false");
    }

    private static AutoencoderKLConfig preset(String keys) {
        try {
            return read(StrictConfig.parse(
                    "{\"block_out_channels\": [128, 256, 512, 512], \"layers_per_block\": 2, \"down_block_types\": [\""
                            + String.join("\", \"", DOWN, DOWN, DOWN, DOWN) + "\"], \"up_block_types\": [\""
                            + String.join("\", \"", UP, UP, UP, UP) + "\"], " + keys + "}",
                    "preset"));
        } catch (CheckpointException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /**
     * Reads all keys; defaults as in diffusers.
     *
     * @throws CheckpointException listing every unknown key and every value that is not implemented
     */
    public static AutoencoderKLConfig read(StrictConfig json) throws CheckpointException {
        return readLayers(json, CLASS, 4);
    }

    /** The keys that all codecs have, and the last ones that are read. */
    static AutoencoderKLConfig readLayers(StrictConfig json, String className, int latentChannels)
            throws CheckpointException {
        json.className(className)
                .only("act_fn", "silu")
                .only("latents_mean", (Object) null)
                .only("latents_std", (Object) null);
        List<Integer> channels = json.integers("block_out_channels", List.of(64), 1, 8192);
        blocks(json, "down_block_types", DOWN, channels.size());
        blocks(json, "up_block_types", UP, channels.size());
        int in = json.integer("in_channels", 3, 1, 64);
        int out = json.integer("out_channels", 3, 1, 64);
        int latent = json.integer("latent_channels", latentChannels, 1, 256);
        int layers = json.integer("layers_per_block", 1, 1, 16);
        int groups = json.integer("norm_num_groups", 32, 1, 8192);
        boolean quant = json.bool("use_quant_conv", true);
        boolean postQuant = json.bool("use_post_quant_conv", true);
        boolean attention = json.bool("mid_block_add_attention", true);
        double scaling = json.number("scaling_factor", 0.18215, 1e-6, 1e6);
        double shift = json.given("shift_factor") ? json.number("shift_factor", 0, -1e6, 1e6) : 0;
        int size = json.integer("sample_size", 32, 1, 1 << 16);
        boolean upcast = json.bool("force_upcast", true);
        return json.build(() -> new AutoencoderKLConfig(
                in, out, latent, channels, layers, groups, quant, postQuant, attention, scaling, shift, size, upcast));
    }

    private static void blocks(StrictConfig json, String key, String type, int count) {
        if (json.names(key, List.of(type), type).size() != count) {
            json.problem(key, "block_out_channels lists " + count + " blocks");
        }
    }

    /** All keys of diffusers' constructor. */
    public ObjectNode toJson() {
        ObjectNode o = StrictConfig.object();
        o.put("_class_name", CLASS);
        o.put("_diffusers_version", "0.30.0");
        o.put("act_fn", "silu");
        blockOutChannels.forEach(o.putArray("block_out_channels")::add);
        ArrayNode down = o.putArray("down_block_types");
        ArrayNode up = o.putArray("up_block_types");
        blockOutChannels.forEach(c -> {
            down.add(DOWN);
            up.add(UP);
        });
        o.put("force_upcast", forceUpcast);
        o.put("in_channels", inChannels);
        o.put("latent_channels", latentChannels);
        o.putNull("latents_mean");
        o.putNull("latents_std");
        o.put("layers_per_block", layersPerBlock);
        o.put("mid_block_add_attention", midAttention);
        o.put("norm_num_groups", normGroups);
        o.put("out_channels", outChannels);
        o.put("sample_size", sampleSize);
        o.put("scaling_factor", scalingFactor);
        if (shiftFactor == 0) {
            o.putNull("shift_factor");
        } else {
            o.put("shift_factor", shiftFactor);
        }
        o.put("use_post_quant_conv", postQuantConv);
        o.put("use_quant_conv", quantConv);
        return o;
    }
}
