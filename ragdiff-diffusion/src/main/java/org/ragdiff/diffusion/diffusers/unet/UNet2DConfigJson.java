package org.ragdiff.diffusion.diffusers.unet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;

/** {@link UNet2DConfig} as diffusers' {@code config.json}; defaults as in its constructor. */
public final class UNet2DConfigJson {
    static final String CLASS = "UNet2DConditionModel";
    private static final String CROSS_DOWN = "CrossAttnDownBlock2D";
    private static final String DOWN = "DownBlock2D";
    private static final String CROSS_UP = "CrossAttnUpBlock2D";
    private static final String UP = "UpBlock2D";
    private static final String MID = "UNetMidBlock2DCrossAttn";

    private UNet2DConfigJson() {}

    /**
     * Reads all keys.
     *
     * @throws CheckpointException listing every unknown key and every value that is not implemented
     */
    public static UNet2DConfig read(StrictConfig json) throws CheckpointException {
        json.className(CLASS)
                .ignore("dropout")
                .only("center_input_sample", false)
                .only("class_embeddings_concat", false)
                .only("time_cond_proj_dim", (Object) null)
                .only("time_embedding_act_fn", (Object) null)
                .only("timestep_post_act", (Object) null)
                .only("cross_attention_norm", (Object) null)
                .only("attention_type", "default")
                .only("reverse_transformer_layers_per_block", (Object) null)
                .only("resnet_skip_time_act", false)
                .only("resnet_out_scale_factor", 1.0)
                .only("time_embedding_type", "positional");
        List<String> up = json.names("up_block_types", List.of(UP, CROSS_UP, CROSS_UP, CROSS_UP), UP, CROSS_UP);
        List<Boolean> upAttention = up.stream().map(CROSS_UP::equals).collect(Collectors.toList());
        Collections.reverse(upAttention);
        int out = json.integer("out_channels", 4, 1, 1024);
        int convOut = json.integer("conv_out_kernel", 3, 1, 15);
        return readDown(json, upAttention, out, convOut);
    }

    /** The keys that ControlNets share; {@code upAttention} null stands for a network without a way up. */
    static UNet2DConfig readDown(StrictConfig json, List<Boolean> upAttention, int out, int convOut)
            throws CheckpointException {
        json.ignore("addition_embed_type_num_heads")
                .only("act_fn", "silu", "swish")
                .only("class_embed_type", (Object) null)
                .only("num_class_embeds", (Object) null)
                .only("encoder_hid_dim", (Object) null)
                .only("encoder_hid_dim_type", (Object) null)
                .only("dual_cross_attention", false)
                .only("only_cross_attention", false)
                .only("mid_block_only_cross_attention", null, false)
                .only("mid_block_scale_factor", 1)
                .only("resnet_time_scale_shift", "default")
                .only("addition_embed_type", null, "text_time");
        List<String> down =
                json.names("down_block_types", List.of(CROSS_DOWN, CROSS_DOWN, CROSS_DOWN, DOWN), CROSS_DOWN, DOWN);
        int n = down.size();
        List<Integer> channels = json.integers("block_out_channels", List.of(320, 640, 1280, 1280), 1, 8192);
        List<Integer> layers = json.perBlock("layers_per_block", 2, n, 1, 16);
        List<Integer> depth = json.perBlock("transformer_layers_per_block", 1, n, 1, 64);
        List<Integer> context = json.perBlock("cross_attention_dim", 1280, n, 1, 16384);
        List<Integer> heads = json.perBlock("attention_head_dim", 8, n, 1, 1024);
        if (json.given("num_attention_heads")) {
            heads = json.perBlock("num_attention_heads", 8, n, 1, 1024);
        }
        json.only("mid_block_type", MID, null);
        boolean mid = !json.present("mid_block_type") || json.given("mid_block_type");
        boolean square = json.given("sample_size") && !json.isList("sample_size");
        int sampleSize = square ? json.integer("sample_size", 0, 1, 1 << 16) : 0;
        int in = json.integer("in_channels", 4, 1, 1024);
        boolean linear = json.bool("use_linear_projection", false);
        boolean upcast = json.bool("upcast_attention", false);
        int padding = json.integer("downsample_padding", 1, 0, 1);
        int convIn = json.integer("conv_in_kernel", 3, 1, 15);
        int groups = json.integer("norm_num_groups", 32, 1, 8192);
        double eps = json.number("norm_eps", 1e-5, 0, 1);
        boolean flip = json.bool("flip_sin_to_cos", true);
        double shift = json.number("freq_shift", 0, -1e6, 1e6);
        int time = json.given("time_embedding_dim")
                ? json.integer("time_embedding_dim", 0, 1, 65536)
                : 4 * channels.get(0);
        UNet2DConfig.TextTime textTime = textTime(json);
        List<Integer> h = heads;
        return json.build(() -> new UNet2DConfig(
                sampleSize,
                in,
                out,
                channels,
                down.stream().map(CROSS_DOWN::equals).toList(),
                upAttention == null ? down.stream().map(d -> false).toList() : upAttention,
                layers,
                depth,
                h,
                context,
                mid,
                linear,
                upcast,
                padding,
                convIn,
                convOut,
                groups,
                eps,
                time,
                new SinusoidalCode(channels.get(0), flip, shift),
                textTime));
    }

    private static UNet2DConfig.TextTime textTime(StrictConfig json) {
        if (!json.given("addition_embed_type")) {
            json.only("addition_time_embed_dim", (Object) null);
            json.only("projection_class_embeddings_input_dim", (Object) null);
            return null;
        }
        int dim = json.integer("addition_time_embed_dim", 256, 2, 65536);
        int input = json.integer("projection_class_embeddings_input_dim", 2816, 1, 65536);
        return dim % 2 == 0 && dim < input ? new UNet2DConfig.TextTime(dim, input) : invalid(json);
    }

    private static UNet2DConfig.TextTime invalid(StrictConfig json) {
        json.problem("addition_time_embed_dim", "must be even and below projection_class_embeddings_input_dim");
        return null;
    }

    static UNet2DConfig preset(String json) {
        try {
            return read(StrictConfig.parse(json, "preset"));
        } catch (CheckpointException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** All keys of diffusers' constructor. */
    public static ObjectNode write(UNet2DConfig c) {
        ObjectNode o = writeDown(c, CLASS);
        o.put("center_input_sample", false);
        o.put("class_embeddings_concat", false);
        o.put("conv_in_kernel", c.convInKernel());
        o.put("conv_out_kernel", c.convOutKernel());
        o.putNull("cross_attention_norm");
        o.put("attention_type", "default");
        o.put("dropout", 0.0);
        o.put("dual_cross_attention", false);
        o.putNull("mid_block_only_cross_attention");
        o.put("out_channels", c.outChannels());
        o.put("resnet_out_scale_factor", 1.0);
        o.put("resnet_skip_time_act", false);
        o.putNull("reverse_transformer_layers_per_block");
        if (c.sampleSize() == 0) {
            o.putNull("sample_size");
        } else {
            o.put("sample_size", c.sampleSize());
        }
        o.putNull("time_cond_proj_dim");
        o.putNull("time_embedding_act_fn");
        if (c.timeEmbeddingDim() == 4 * c.blockOutChannels().get(0)) {
            o.putNull("time_embedding_dim");
        } else {
            o.put("time_embedding_dim", c.timeEmbeddingDim());
        }
        o.put("time_embedding_type", "positional");
        o.putNull("timestep_post_act");
        ArrayNode up = o.putArray("up_block_types");
        for (int i = c.blocks() - 1; i >= 0; i--) {
            up.add(c.upAttention().get(i) ? CROSS_UP : UP);
        }
        return o;
    }

    /** The keys that ControlNets have too. */
    static ObjectNode writeDown(UNet2DConfig c, String className) {
        ObjectNode o = StrictConfig.object();
        o.put("_class_name", className);
        o.put("_diffusers_version", "0.30.0");
        o.put("act_fn", "silu");
        o.put("addition_embed_type_num_heads", 64);
        if (c.textTime() == null) {
            o.putNull("addition_embed_type");
            o.putNull("addition_time_embed_dim");
            o.putNull("projection_class_embeddings_input_dim");
        } else {
            o.put("addition_embed_type", "text_time");
            o.put("addition_time_embed_dim", c.textTime().timeEmbedDim());
            o.put("projection_class_embeddings_input_dim", c.textTime().inputDim());
        }
        perBlock(o, "attention_head_dim", c.attentionHeads());
        c.blockOutChannels().forEach(o.putArray("block_out_channels")::add);
        o.putNull("class_embed_type");
        perBlock(o, "cross_attention_dim", c.crossAttentionDim());
        ArrayNode down = o.putArray("down_block_types");
        c.downAttention().forEach(a -> down.add(a ? CROSS_DOWN : DOWN));
        o.put("downsample_padding", c.downsamplePadding());
        o.putNull("encoder_hid_dim");
        o.putNull("encoder_hid_dim_type");
        o.put("flip_sin_to_cos", c.timeCode().flipSinToCos());
        double shift = c.timeCode().freqShift();
        if (shift == Math.rint(shift)) {
            o.put("freq_shift", (long) shift);
        } else {
            o.put("freq_shift", shift);
        }
        o.put("in_channels", c.inChannels());
        perBlock(o, "layers_per_block", c.layersPerBlock());
        o.put("mid_block_scale_factor", 1);
        o.put("mid_block_type", c.midBlock() ? MID : null);
        o.put("norm_eps", c.normEps());
        o.put("norm_num_groups", c.normGroups());
        o.putNull("num_attention_heads");
        o.putNull("num_class_embeds");
        o.put("only_cross_attention", false);
        o.put("resnet_time_scale_shift", "default");
        perBlock(o, "transformer_layers_per_block", c.transformerLayers());
        o.put("upcast_attention", c.upcastAttention());
        o.put("use_linear_projection", c.linearProjection());
        return o;
    }

    private static void perBlock(ObjectNode o, String key, List<Integer> values) {
        if (values.stream().distinct().count() == 1) {
            o.put(key, values.get(0));
        } else {
            values.forEach(o.putArray(key)::add);
        }
    }
}
