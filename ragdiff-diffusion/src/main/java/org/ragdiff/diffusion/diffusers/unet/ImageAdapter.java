package org.ragdiff.diffusion.diffusers.unet;

import org.ragdiff.core.nn.Attention.KeyValue;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Makes keys and values of image tokens for the cross-attention layers of a UNet. Thread-safe. */
public interface ImageAdapter {
    /** Number of cross-attention layers it was made for. */
    int layers();

    /**
     * @param layer in the order of {@link UNet2DConditionModel#crossAttentionChannels}
     * @param tokens [N, T, D]
     * @return each [N, T, channels of the layer]
     */
    KeyValue keys(Tape t, int layer, Var tokens);
}
