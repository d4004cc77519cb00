package org.ragdiff.diffusion.diffusers.unet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;

/**
 * Shape of a {@link UNet2DModel}; lists have one entry for each block, in the order of the file: down blocks from the
 * finest, up blocks from the coarsest resolution.
 *
 * @param sampleSize side of the maps it was trained on, or 0 if the file names none; not checked
 * @param centred whether inputs in [0, 1] are moved to [-1, 1] first
 * @param timeCode the sinusoidal code of timesteps, as long as the first block is wide
 * @param downBlocks kinds of the down blocks
 * @param upBlocks kinds of the up blocks
 * @param layersPerBlock resnets of a down block; up blocks have one more
 * @param midScale the mid block's sums are divided by it
 * @param downsamplePadding zeros around maps before they are halved; 0 pads only below and to the right
 * @param resnetDown whether blocks with attention halve by a resnet rather than a convolution
 * @param resnetUp likewise for doubling
 * @param headChannels channels of an attention head, or 0 for a single head
 * @param normGroups groups of the normalisations
 * @param midAttention whether the mid block has attention
 */
public record UNet2DModelConfig(
        int sampleSize,
        int inChannels,
        int outChannels,
        boolean centred,
        SinusoidalCode timeCode,
        List<Integer> blockOutChannels,
        List<Kind> downBlocks,
        List<Kind> upBlocks,
        int layersPerBlock,
        double midScale,
        int downsamplePadding,
        boolean resnetDown,
        boolean resnetUp,
        int headChannels,
        int normGroups,
        double normEps,
        boolean midAttention) {
    private static final String CLASS = "UNet2DModel";
    /** Channels of the images beside the features of skip blocks. */
    static final int IMAGE = 3;

    public UNet2DModelConfig {
        blockOutChannels = List.copyOf(blockOutChannels);
        downBlocks = List.copyOf(downBlocks);
        upBlocks = List.copyOf(upBlocks);
        int n = blockOutChannels.size();
        if (downBlocks.size() != n || upBlocks.size() != n) {
            throw new IllegalArgumentException("down_block_types lists " + downBlocks.size()
                    + " blocks, up_block_types " + upBlocks.size() + ", block_out_channels " + n);
        }
        for (int i = 0; i < n; i++) {
            int c = blockOutChannels.get(i);
            boolean attends =
                    downBlocks.get(i).attends() || upBlocks.get(n - 1 - i).attends() || midAttention && i == n - 1;
            if (c % normGroups != 0 || attends && headChannels > 0 && c % headChannels != 0) {
                throw new IllegalArgumentException("norm_num_groups (" + normGroups + ") and attention_head_dim ("
                        + headChannels + ") must divide the channels of block " + i + ", " + c);
            }
        }
        boolean downImages = requireOneSide(downBlocks, true);
        boolean upImages = requireOneSide(upBlocks, false);
        if (downImages && inChannels != IMAGE || upImages && outChannels != IMAGE) {
            throw new IllegalArgumentException("skip blocks need in_channels and out_channels " + IMAGE + ", got "
                    + inChannels + " and " + outChannels);
        }
        if (timeCode.channels() != blockOutChannels.get(0)) {
            throw new IllegalArgumentException("the time code must have the first block's " + blockOutChannels.get(0)
                    + " channels, got " + timeCode.channels());
        }
    }

    /** Skip blocks lie together at the fine end, so that their image has each block's size. */
    private static boolean requireOneSide(List<Kind> blocks, boolean first) {
        int skips = (int) blocks.stream().filter(Kind::skips).count();
        List<Kind> side = first ? blocks.subList(0, skips) : blocks.subList(blocks.size() - skips, blocks.size());
        if (!side.stream().allMatch(Kind::skips)) {
            throw new IllegalArgumentException("skip blocks must be the finest ones, got " + blocks);
        }
        return skips > 0;
    }

    /** Kinds of blocks; a down and an up block for each. */
    public enum Kind {
        PLAIN(""),
        ATTENTION("Attn"),
        /** With a path of images beside the features (Song et al. 2021, NCSN++). */
        SKIP("Skip"),
        ATTENTION_SKIP("AttnSkip");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }

        boolean attends() {
            return prefix.startsWith("Attn");
        }

        boolean skips() {
            return prefix.endsWith("Skip");
        }

        private static List<Kind> of(StrictConfig json, String key, String suffix, Kind... fallback) {
            String[] allowed = Stream.of(values()).map(k -> k.prefix + suffix).toArray(String[]::new);
            List<String> names = json.names(
                    key, Stream.of(fallback).map(k -> k.prefix + suffix).toList(), allowed);
            return names.stream()
                    .map(s -> values()[List.of(allowed).indexOf(s)])
                    .toList();
        }
    }

    /** Heads of a layer's attention. */
    int heads(int channels) {
        return headChannels == 0 ? 1 : channels / headChannels;
    }

    /**
     * Reads all keys; defaults as in diffusers.
     *
     * @throws CheckpointException listing every unknown key and every value that is not implemented
     */
    public static UNet2DModelConfig read(StrictConfig json) throws CheckpointException {
        json.className(CLASS)
                .ignore("dropout", "num_train_timesteps")
                .only("time_embedding_type", "positional")
                .only("time_embedding_dim", (Object) null)
                .only("mid_block_type", "UNetMidBlock2D")
                .only("act_fn", "silu", "swish")
                .only("attn_norm_num_groups", (Object) null)
                .only("resnet_time_scale_shift", "default")
                .only("class_embed_type", (Object) null)
                .only("num_class_embeds", (Object) null)
                .only("downsample_type", "conv", "resnet")
                .only("upsample_type", "conv", "resnet");
        Kind a = Kind.ATTENTION;
        List<Kind> down = Kind.of(json, "down_block_types", "DownBlock2D", Kind.PLAIN, a, a, a);
        List<Kind> up = Kind.of(json, "up_block_types", "UpBlock2D", a, a, a, Kind.PLAIN);
        List<Integer> channels = json.integers("block_out_channels", List.of(224, 448, 672, 896), 2, 8192);
        int size = json.given("sample_size") && !json.isList("sample_size")
                ? json.integer("sample_size", 0, 1, 1 << 16)
                : 0;
        int in = json.integer("in_channels", 3, 1, 1024);
        int out = json.integer("out_channels", 3, 1, 1024);
        boolean centred = json.bool("center_input_sample", false);
        boolean flip = json.bool("flip_sin_to_cos", true);
        double shift = json.number("freq_shift", 0, -1e6, 1e6);
        int layers = json.integer("layers_per_block", 2, 1, 16);
        double midScale = json.number("mid_block_scale_factor", 1, 1e-3, 1e3);
        int padding = json.integer("downsample_padding", 1, 0, 1);
        boolean resnetDown = json.text("downsample_type", "conv").equals("resnet");
        boolean resnetUp = json.text("upsample_type", "conv").equals("resnet");
        boolean oneHead = json.present("attention_head_dim") && !json.given("attention_head_dim");
        int head = oneHead ? 0 : json.integer("attention_head_dim", 8, 1, 8192);
        int groups = json.integer("norm_num_groups", 32, 1, 8192);
        double eps = json.number("norm_eps", 1e-5, 0, 1);
        boolean attention = json.bool("add_attention", true);
        return json.build(() -> new UNet2DModelConfig(
                size,
                in,
                out,
                centred,
                new SinusoidalCode(channels.get(0), flip, shift),
                channels,
                down,
                up,
                layers,
                midScale,
                padding,
                resnetDown,
                resnetUp,
                head,
                groups,
                eps,
                attention));
    }

    /** All keys of diffusers' constructor. */
    public ObjectNode toJson() {
        ObjectNode o = StrictConfig.object();
        o.put("_class_name", CLASS);
        o.put("_diffusers_version", "0.30.0");
        o.put("act_fn", "silu");
        o.put("add_attention", midAttention);
        o.put("attention_head_dim", headChannels == 0 ? null : (Integer) headChannels);
        o.putNull("attn_norm_num_groups");
        blockOutChannels.forEach(o.putArray("block_out_channels")::add);
        o.put("center_input_sample", centred);
        o.putNull("class_embed_type");
        ArrayNode down = o.putArray("down_block_types");
        downBlocks.forEach(k -> down.add(k.prefix + "DownBlock2D"));
        o.put("downsample_padding", downsamplePadding);
        o.put("downsample_type", resnetDown ? "resnet" : "conv");
        o.put("dropout", 0.0);
        o.put("flip_sin_to_cos", timeCode.flipSinToCos());
        o.put("freq_shift", timeCode.freqShift());
        o.put("in_channels", inChannels);
        o.put("layers_per_block", layersPerBlock);
        o.put("mid_block_scale_factor", midScale);
        o.put("norm_eps", normEps);
        o.put("norm_num_groups", normGroups);
        o.putNull("num_class_embeds");
        o.put("out_channels", outChannels);
        o.put("resnet_time_scale_shift", "default");
        o.put("sample_size", sampleSize == 0 ? null : (Integer) sampleSize);
        o.put("time_embedding_type", "positional");
        ArrayNode up = o.putArray("up_block_types");
        upBlocks.forEach(k -> up.add(k.prefix + "UpBlock2D"));
        o.put("upsample_type", resnetUp ? "resnet" : "conv");
        return o;
    }
}
