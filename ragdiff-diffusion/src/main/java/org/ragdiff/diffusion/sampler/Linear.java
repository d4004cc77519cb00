package org.ragdiff.diffusion.sampler;

/**
 * A value that is linear in the latents and the prediction: x · latents + prediction · output.
 *
 * @param x factor of the latents
 * @param prediction factor of the network's output
 */
public record Linear(double x, double prediction) {
    /** Writes the value for all elements to {@code out}. */
    void apply(double[] latents, float[] output, double[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = x * latents[i] + prediction * output[i];
        }
    }
}
