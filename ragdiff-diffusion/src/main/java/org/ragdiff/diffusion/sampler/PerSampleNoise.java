package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.random.TorchGenerator;

/** One torch generator for each sample; draws are channels-first, arrays channels-last. */
final class PerSampleNoise implements NoiseSource {
    private final TorchGenerator[] generators;
    private final int channels;
    private float[] drawn = new float[0];

    PerSampleNoise(long[] seeds, int channels) {
        if (seeds.length == 0 || channels < 1) {
            throw new IllegalArgumentException(
                    "expected at least one seed and one channel, got " + seeds.length + " and " + channels);
        }
        this.channels = channels;
        generators = new TorchGenerator[seeds.length];
        for (int i = 0; i < seeds.length; i++) {
            generators[i] = new TorchGenerator(seeds[i]);
        }
    }

    @Override
    public void next(float[] out) {
        int each = out.length / generators.length;
        if (each * generators.length != out.length || each % channels != 0) {
            throw new IllegalArgumentException(out.length + " values do not divide among " + generators.length
                    + " samples of " + channels + " channels");
        }
        if (drawn.length != each) {
            drawn = new float[each];
        }
        int cells = each / channels;
        for (int s = 0; s < generators.length; s++) {
            generators[s].normal(drawn);
            for (int c = 0; c < channels; c++) {
                for (int i = 0; i < cells; i++) {
                    out[s * each + i * channels + c] = drawn[c * cells + i];
                }
            }
        }
    }
}
