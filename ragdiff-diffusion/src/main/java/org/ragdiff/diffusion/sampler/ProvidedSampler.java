package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/** A provider's sampler for a denoiser of given training. */
record ProvidedSampler(SamplerProvider provider, TrainedProcess process) implements Sampler {
    ProvidedSampler {
        Objects.requireNonNull(provider, "provider");
        Objects.requireNonNull(process, "process");
    }

    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public SamplerRun run(RunRequest request) {
        return provider.run(process, request);
    }
}
