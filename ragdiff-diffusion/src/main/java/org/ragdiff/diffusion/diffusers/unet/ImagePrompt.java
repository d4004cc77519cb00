package org.ragdiff.diffusion.diffusers.unet;

import java.util.List;
import org.ragdiff.core.tensor.Var;

/**
 * Image tokens that cross-attention reads beside the text, with a softmax of their own.
 *
 * @param adapter makes their keys and values
 * @param tokens [N, T, D]; those of several images one after the other
 * @param scale factor of what is read there
 * @param masks where it is added: for each resolution, finest first, factors [N, h·w, channels] of what is
 *     read; empty for everywhere
 */
public record ImagePrompt(ImageAdapter adapter, Var tokens, float scale, List<Var> masks) {
    public ImagePrompt {
        masks = List.copyOf(masks);
        if (!Float.isFinite(scale)) {
            throw new IllegalArgumentException("the scale of an image prompt must be finite, got " + scale);
        }
    }

    /** Read everywhere. */
    public static ImagePrompt of(ImageAdapter adapter, Var tokens, float scale) {
        return new ImagePrompt(adapter, tokens, scale, List.of());
    }
}
