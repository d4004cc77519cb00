package org.ragdiff.diffusion.diffusers.unet;

import java.util.List;

/**
 * Shape of a {@link UNet2DConditionModel}; lists have one entry for each resolution, finest first.
 *
 * @param sampleSize side of the latents it was trained on, or 0 if the file names none; not checked
 * @param inChannels channels of the input: latents, and what inpainting or editing joins to them
 * @param outChannels channels of the prediction
 * @param blockOutChannels channels of the feature maps
 * @param downAttention whether the down block has transformers ({@code CrossAttnDownBlock2D})
 * @param upAttention whether the up block of the same resolution has ({@code CrossAttnUpBlock2D})
 * @param layersPerBlock resnets of the down block; up blocks have one more
 * @param transformerLayers depth of the transformers
 * @param attentionHeads heads of an attention layer; divides the channels
 * @param crossAttentionDim channels of the encoder's hidden states
 * @param midBlock whether there is a mid block, which always has a transformer
 * @param linearProjection whether transformers project tokens by matrices instead of 1x1 convolutions
 * @param upcastAttention whether half-precision programs should compute attention in float32; kept for them
 * @param downsamplePadding zeros around maps before they are halved; 0 pads only below and to the right
 * @param convInKernel side of the first convolution, odd
 * @param convOutKernel side of the last, odd
 * @param normGroups groups of the normalisations; divides all channels
 * @param normEps of the resnets and the output; transformers have 1e-6
 * @param timeEmbeddingDim channels of the time embedding
 * @param timeCode the sinusoidal code of timesteps and added conditions
 * @param textTime SDXL's added condition, or null
 */
public record UNet2DConfig(
        int sampleSize,
        int inChannels,
        int outChannels,
        List<Integer> blockOutChannels,
        List<Boolean> downAttention,
        List<Boolean> upAttention,
        List<Integer> layersPerBlock,
        List<Integer> transformerLayers,
        List<Integer> attentionHeads,
        List<Integer> crossAttentionDim,
        boolean midBlock,
        boolean linearProjection,
        boolean upcastAttention,
        int downsamplePadding,
        int convInKernel,
        int convOutKernel,
        int normGroups,
        double normEps,
        int timeEmbeddingDim,
        SinusoidalCode timeCode,
        TextTime textTime) {
    public UNet2DConfig {
        blockOutChannels = List.copyOf(blockOutChannels);
        downAttention = List.copyOf(downAttention);
        upAttention = List.copyOf(upAttention);
        layersPerBlock = List.copyOf(layersPerBlock);
        transformerLayers = List.copyOf(transformerLayers);
        attentionHeads = List.copyOf(attentionHeads);
        crossAttentionDim = List.copyOf(crossAttentionDim);
        int blocks = blockOutChannels.size();
        length("down_block_types", downAttention, blocks);
        length("up_block_types", upAttention, blocks);
        length("layers_per_block", layersPerBlock, blocks);
        length("transformer_layers_per_block", transformerLayers, blocks);
        length("attention_head_dim", attentionHeads, blocks);
        length("cross_attention_dim", crossAttentionDim, blocks);
        for (int i = 0; i < blocks; i++) {
            divides("norm_num_groups", normGroups, blockOutChannels.get(i));
            if (downAttention.get(i) || upAttention.get(i) || midBlock && i == blocks - 1) {
                divides("attention_head_dim, the number of heads,", attentionHeads.get(i), blockOutChannels.get(i));
            }
        }
        if (convInKernel % 2 == 0 || convOutKernel % 2 == 0) {
            throw new IllegalArgumentException(
                    "conv_in_kernel and conv_out_kernel must be odd, got " + convInKernel + " and " + convOutKernel);
        }
        if (timeCode.channels() != blockOutChannels.get(0)) {
            throw new IllegalArgumentException("the time code must have the first block's " + blockOutChannels.get(0)
                    + " channels, got " + timeCode.channels());
        }
    }

    private static void length(String name, List<?> list, int blocks) {
        if (list.size() != blocks) {
            throw new IllegalArgumentException(
                    name + " lists " + list.size() + " blocks, block_out_channels lists " + blocks);
        }
    }

    private static void divides(String name, int divisor, int channels) {
        if (divisor < 1 || channels % divisor != 0) {
            throw new IllegalArgumentException(
                    name + " (" + divisor + ") must divide the block's channels (" + channels + ")");
        }
    }

    /** Number of resolutions. */
    public int blocks() {
        return blockOutChannels.size();
    }

    /** Stable Diffusion 1.5. */
    public static UNet2DConfig stableDiffusion15() {
        return UNet2DConfigJson.preset("{\"sample_size\": 64, \"cross_attention_dim\": 768}");
    }

    /** Stable Diffusion 2.1. */
    public static UNet2DConfig stableDiffusion21() {
        return UNet2DConfigJson.preset("{\"sample_size\": 96, \"cross_attention_dim\": 1024,"
                + " \"attention_head_dim\": [5, 10, 20, 20], \"use_linear_projection\": true}");
    }

    /** Stable Diffusion XL, base. */
    public static UNet2DConfig stableDiffusionXl() {
        return UNet2DConfigJson.preset("{\"sample_size\": 128, \"cross_attention_dim\": 2048,"
                + " \"block_out_channels\": [320, 640, 1280], \"attention_head_dim\": [5, 10, 20],"
                + " \"transformer_layers_per_block\": [1, 2, 10], \"use_linear_projection\": true,"
                + " \"down_block_types\": [\"DownBlock2D\", \"CrossAttnDownBlock2D\", \"CrossAttnDownBlock2D\"],"
                + " \"up_block_types\": [\"CrossAttnUpBlock2D\", \"CrossAttnUpBlock2D\", \"UpBlock2D\"],"
                + " \"addition_embed_type\": \"text_time\", \"addition_time_embed_dim\": 256,"
                + " \"projection_class_embeddings_input_dim\": 2816}");
    }

    /**
     * SDXL's {@code text_time} condition: a pooled text embedding beside the codes of six numbers, the
     * sizes and crop of the training image.
     *
     * @param timeEmbedDim even channels of a number's code
     * @param inputDim channels of the pooled embedding and all codes
     */
    public record TextTime(int timeEmbedDim, int inputDim) {
        public TextTime {
            if (timeEmbedDim < 2 || timeEmbedDim % 2 != 0 || inputDim <= timeEmbedDim) {
                throw new IllegalArgumentException(
                        "addition_time_embed_dim must be even and less than projection_class_embeddings_input_dim, got "
                                + timeEmbedDim + " and " + inputDim);
            }
        }
    }
}
