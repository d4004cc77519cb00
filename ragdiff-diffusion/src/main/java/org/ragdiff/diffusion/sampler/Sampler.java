package org.ragdiff.diffusion.sampler;

/**
 * Turns noise into latents by asking a denoiser again and again. Immutable and thread-safe: everything that
 * changes over a run is local to {@link #sample}.
 */
public interface Sampler {
    /** Name for configuration files and the command line, such as {@code ddim}. */
    String name();

    /**
     * @param start standard normal noise, row-major; not modified
     * @param samples latents in {@code start}: the batch
     * @param steps denoiser calls
     * @param noise for stochastic samplers
     * @return clean latents
     */
    float[] sample(
            NoisePredictor model, float[] start, int samples, int steps, NoiseSource noise, StepListener listener);
}
