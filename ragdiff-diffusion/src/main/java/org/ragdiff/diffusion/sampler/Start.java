package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Where a run begins: pure noise, an image with noise on it, or latents to be inverted.
 *
 * @param noise standard normal, row-major over the batch, or what is to be inverted; not modified
 * @param clean latents of an image, as many values, or null; not modified
 * @param strength share of the run that is carried out on an image, in (0, 1]
 */
public record Start(float[] noise, float[] clean, double strength) {
    public Start {
        Objects.requireNonNull(noise, "noise");
        if (noise.length == 0 || clean != null && clean.length != noise.length) {
            throw new IllegalArgumentException("noise of " + noise.length + " values for an image of "
                    + (clean == null ? 0 : clean.length) + "; expected as many and at least one");
        }
        if (!(strength > 0 && strength <= 1)) {
            throw new IllegalArgumentException("strength must be in (0, 1], got " + strength);
        }
    }

    /** From pure noise. */
    public static Start fromNoise(float[] noise) {
        return new Start(noise, null, 1);
    }

    /**
     * Latents that an inversion ({@link DdimInverseOptions}, {@link DpmSolverInverseOptions}) begins with.
     *
     * @param clean not modified
     */
    public static Start inverted(float[] clean) {
        return new Start(clean, null, 1);
    }

    /**
     * Image-to-image (Meng et al. 2022, SDEdit): noise is added up to a level inside the run, and only the rest
     * is carried out.
     */
    public static Start fromImage(float[] clean, float[] noise, double strength) {
        return new Start(noise, Objects.requireNonNull(clean, "clean"), strength);
    }
}
