package org.ragdiff.diffusion.sampler;

/** Settings of samplers that step between noise levels which can be spaced in several ways. */
public sealed interface LeveledOptions extends SamplerOptions
        permits EulerOptions,
                EulerAncestralOptions,
                HeunOptions,
                LmsOptions,
                Kdpm2Options,
                Kdpm2AncestralOptions,
                DpmSolverOptions,
                DpmSinglestepOptions,
                UniPcOptions,
                DeisOptions {
    /** Which noise levels are visited. */
    LevelOptions levels();

    LeveledOptions withLevels(LevelOptions levels);
}
