package org.ragdiff.diffusion.diffusers.unet;

import java.util.List;
import org.ragdiff.core.tensor.Var;

/**
 * What one pass of a {@link UNet2DConditionModel} reads, all prepared by the caller. Not modified.
 *
 * @param sample noisy latents [N, H, W, in_channels]
 * @param timeCode codes of the timesteps [N, block_out_channels[0]], of {@link UNet2DConfig#timeCode}
 * @param encoderHiddenStates text tokens [N, T, cross_attention_dim]
 * @param textEmbeds pooled text [N, P] where the network has {@link UNet2DConfig.TextTime}, else null
 * @param timeIdCode codes of its six numbers [N, 6 · timeEmbedDim], see {@link
 *     UNet2DConditionModel#timeIdCode}, else null
 * @param downResiduals a ControlNet's, added to the skip connections behind the way down, in their order;
 *     empty for none
 * @param midResidual added behind the mid block, or null
 * @param adapterFeatures a T2I-Adapter's, one for each down block, and perhaps one of the mid block's size;
 *     empty for none
 * @param imagePrompts read in cross-attention beside the text; empty for none
 * @param landmark added to the map after {@code conv_in}, [N, H, W, block_out_channels[0]], or null
 * @param reference read in self-attention, or null
 */
public record UNetInputs(
        Var sample,
        Var timeCode,
        Var encoderHiddenStates,
        Var textEmbeds,
        Var timeIdCode,
        List<Var> downResiduals,
        Var midResidual,
        List<Var> adapterFeatures,
        List<ImagePrompt> imagePrompts,
        Var landmark,
        ReferenceTokens reference) {
    public UNetInputs {
        downResiduals = List.copyOf(downResiduals);
        adapterFeatures = List.copyOf(adapterFeatures);
        imagePrompts = List.copyOf(imagePrompts);
    }

    /** Without added conditions. */
    public static UNetInputs of(Var sample, Var timeCode, Var encoderHiddenStates) {
        return new UNetInputs(
                sample, timeCode, encoderHiddenStates, null, null, List.of(), null, List.of(), List.of(), null, null);
    }

    /** With SDXL's condition. */
    public UNetInputs withTextTime(Var text, Var timeIds) {
        return new UNetInputs(
                sample,
                timeCode,
                encoderHiddenStates,
                text,
                timeIds,
                downResiduals,
                midResidual,
                adapterFeatures,
                imagePrompts,
                landmark,
                reference);
    }

    /** With a ControlNet's residuals. */
    public UNetInputs withResiduals(List<Var> down, Var mid) {
        return new UNetInputs(
                sample,
                timeCode,
                encoderHiddenStates,
                textEmbeds,
                timeIdCode,
                down,
                mid,
                adapterFeatures,
                imagePrompts,
                landmark,
                reference);
    }

    /** With a T2I-Adapter's features. */
    public UNetInputs withAdapterFeatures(List<Var> features) {
        return new UNetInputs(
                sample,
                timeCode,
                encoderHiddenStates,
                textEmbeds,
                timeIdCode,
                downResiduals,
                midResidual,
                features,
                imagePrompts,
                landmark,
                reference);
    }

    /** With image prompts. */
    public UNetInputs withImagePrompts(List<ImagePrompt> prompts) {
        return new UNetInputs(
                sample,
                timeCode,
                encoderHiddenStates,
                textEmbeds,
                timeIdCode,
                downResiduals,
                midResidual,
                adapterFeatures,
                prompts,
                landmark,
                reference);
    }

    /** With what a landmark guider makes of a silhouette. */
    public UNetInputs withLandmark(Var map) {
        return new UNetInputs(
                sample,
                timeCode,
                encoderHiddenStates,
                textEmbeds,
                timeIdCode,
                downResiduals,
                midResidual,
                adapterFeatures,
                imagePrompts,
                map,
                reference);
    }

    /** With references. */
    public UNetInputs withReference(ReferenceTokens tokens) {
        return new UNetInputs(
                sample,
                timeCode,
                encoderHiddenStates,
                textEmbeds,
                timeIdCode,
                downResiduals,
                midResidual,
                adapterFeatures,
                imagePrompts,
                landmark,
                tokens);
    }
}
