package org.ragdiff.diffusion.sampler;

/** A denoiser as samplers see it: conditions and guidance are inside. */
@FunctionalInterface
public interface NoisePredictor {
    /**
     * The prediction, of the type the sampler was made for.
     *
     * @param x noisy latents, row-major; not modified
     * @param timestep in [0, T)
     * @return as many values as x, the caller's own
     */
    float[] predict(float[] x, double timestep);
}
