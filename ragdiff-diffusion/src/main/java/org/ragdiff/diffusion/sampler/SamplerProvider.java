package org.ragdiff.diffusion.sampler;

/**
 * A sampler of one's own, by name. Providers are found by {@link java.util.ServiceLoader} and have a public
 * constructor without arguments. Stateless, thread-safe.
 */
public interface SamplerProvider {
    /** The name in configuration files and on the command line: lower-case letters, digits and dashes. */
    String name();

    /**
     * A run, not yet begun.
     *
     * @throws IllegalArgumentException if the denoiser was trained on something that this sampler cannot use
     */
    SamplerRun run(TrainedProcess process, RunRequest request);
}
