package org.ragdiff.diffusion.diffusers.unet;

import java.util.List;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.unet.ReferenceRows;

/**
 * References that self-attention reads beside its own tokens.
 *
 * @param layers what the reference's own self-attention read, [R, T, channels] for each layer in the order of {@link
 *     UNet2DConditionModel#crossAttentionChannels}; outputs of {@link UNet2DConditionModel#recordReference}
 * @param rows which of the R references each of the N rows reads
 * @param gates how much of it counts
 */
public record ReferenceTokens(List<Var> layers, ReferenceRows rows, ReferenceGates gates) {
    public ReferenceTokens {
        layers = List.copyOf(layers);
        if (layers.size() != gates.layers()) {
            throw new IllegalArgumentException(
                    "reference tokens of " + layers.size() + " layers for gates of " + gates.layers());
        }
    }
}
