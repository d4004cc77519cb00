package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/** A sampler of given settings for a denoiser of given training. */
record ConfiguredSampler(String name, SamplerOptions options, TrainedProcess process) implements Sampler {
    ConfiguredSampler {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(process, "process");
    }

    @Override
    public SamplerRun run(RunRequest request) {
        return options.run(process, request);
    }
}
