package org.ragdiff.bench.network;

import java.util.List;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;

/** Configurations with fewer channels: the same structure, small enough for two copies beside each other. */
final class NarrowConfigs {
    private NarrowConfigs() {}

    /** Every width divided; the groups stay and must still divide the channels. */
    static UNet2DConfig of(UNet2DConfig c, int divisor) {
        List<Integer> channels = divided(c.blockOutChannels(), divisor);
        return new UNet2DConfig(
                c.sampleSize(),
                c.inChannels(),
                c.outChannels(),
                channels,
                c.downAttention(),
                c.upAttention(),
                c.layersPerBlock(),
                c.transformerLayers(),
                c.attentionHeads(),
                divided(c.crossAttentionDim(), divisor),
                c.midBlock(),
                c.linearProjection(),
                c.upcastAttention(),
                c.downsamplePadding(),
                c.convInKernel(),
                c.convOutKernel(),
                c.normGroups(),
                c.normEps(),
                c.timeEmbeddingDim() / divisor,
                c.timeCode().withChannels(channels.get(0)),
                c.textTime());
    }

    /** Every width divided. */
    static AutoencoderKLConfig of(AutoencoderKLConfig c, int divisor) {
        return new AutoencoderKLConfig(
                c.inChannels(),
                c.outChannels(),
                c.latentChannels(),
                divided(c.blockOutChannels(), divisor),
                c.layersPerBlock(),
                c.normGroups(),
                c.quantConv(),
                c.postQuantConv(),
                c.midAttention(),
                c.scalingFactor(),
                c.shiftFactor(),
                c.sampleSize(),
                c.forceUpcast());
    }

    private static List<Integer> divided(List<Integer> channels, int divisor) {
        return channels.stream().map(c -> c / divisor).toList();
    }
}
