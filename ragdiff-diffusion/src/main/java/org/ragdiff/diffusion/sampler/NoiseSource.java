package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.random.TorchGenerator;

/** Standard normal noise for the start and for stochastic steps. Stateful: one for each run. */
@FunctionalInterface
public interface NoiseSource {
    /** Overwrites {@code out}, row-major over the batch, with the next values. */
    void next(float[] out);

    /** The next values in an array of their own. */
    default float[] next(int count) {
        float[] out = new float[count];
        next(out);
        return out;
    }

    /** One stream for the whole batch: {@code torch.randn} on the CPU with that seed. */
    static NoiseSource of(long seed) {
        TorchGenerator generator = new TorchGenerator(seed);
        return generator::normal;
    }

    /**
     * A stream of its own for every sample of a batch, so that batching does not change a sample: sample i is
     * what {@code torch.randn} on the CPU draws with seed i.
     */
    static NoiseSource perSample(long... seeds) {
        return new PerSampleNoise(seeds, 1);
    }

    /**
     * The same for latents with their channels last, [N, h, w, C]: sample i has the values that
     * {@code torch.randn(1, C, h, w)} draws with seed i.
     */
    static NoiseSource perImage(int channels, long... seeds) {
        return new PerSampleNoise(seeds, channels);
    }
}
