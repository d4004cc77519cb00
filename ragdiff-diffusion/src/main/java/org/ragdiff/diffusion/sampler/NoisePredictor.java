package org.ragdiff.diffusion.sampler;

/** A denoiser as samplers see it: conditions and guidance are inside. */
@FunctionalInterface
public interface NoisePredictor {
    /**
     * Predicts what the sampler was made for: noise, velocity or clean latents.
     *
     * @param x noisy latents of a batch, row-major; not modified
     * @param timestep as the network was trained: t in [0, T) for most, fractional for some samplers
     * @param out as many values as x, overwritten with the prediction
     */
    void predict(float[] x, double timestep, float[] out);
}
