package org.ragdiff.diffusion.sampler;

/** The settings of a sampler: an immutable record for each. */
public sealed interface SamplerOptions
        permits DdpmOptions,
                DdimOptions,
                PndmOptions,
                LeveledOptions,
                LcmOptions,
                TcdOptions,
                FlowMatchOptions,
                FlowHeunOptions,
                EdmOptions,
                EdmDpmOptions,
                ConsistencyOptions,
                UnclipOptions,
                DdimInverseOptions,
                DpmSolverInverseOptions {
    /** The class of diffusers that has these settings. */
    String className();

    /**
     * A run for a denoiser.
     *
     * @throws IllegalArgumentException if the denoiser was trained on something that this sampler cannot use
     */
    SamplerRun run(TrainedProcess process, RunRequest request);
}
