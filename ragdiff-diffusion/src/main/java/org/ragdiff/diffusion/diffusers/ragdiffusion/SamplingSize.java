package org.ragdiff.diffusion.diffusers.ragdiffusion;

import org.ragdiff.diffusion.diffusers.vae.Tiling;

/**
 * What is to be sampled, as far as memory depends on it.
 *
 * @param height of the latents
 * @param width of the latents
 * @param rows predictions of one step: pictures times branches of guidance
 * @param references distinct photos among them
 * @param textTokens of the prompt
 * @param tiling of the VAE
 */
public record SamplingSize(int height, int width, int rows, int references, int textTokens, Tiling tiling) {
    public SamplingSize {
        if (height < 1 || width < 1 || rows < 1 || references < 0 || references > rows || textTokens < 1) {
            throw new IllegalArgumentException("expected positive sizes and at most as many references as rows, got "
                    + height + " x " + width + " cells, " + rows + " rows, " + references + " references and "
                    + textTokens + " tokens");
        }
    }

    /** One picture, all conditions and none of them, without tiles. */
    public static SamplingSize of(int height, int width) {
        return new SamplingSize(height, width, 2, 1, 77, Tiling.NONE);
    }

    public SamplingSize withRows(int newRows, int newReferences) {
        return new SamplingSize(height, width, newRows, newReferences, textTokens, tiling);
    }

    public SamplingSize withTiling(Tiling other) {
        return new SamplingSize(height, width, rows, references, textTokens, other);
    }
}
