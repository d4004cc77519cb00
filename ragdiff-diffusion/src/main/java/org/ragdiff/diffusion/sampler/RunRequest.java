package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * What a {@link SamplerRun} is made for.
 *
 * @param steps to visit
 * @param strength share of them that is carried out, in (0, 1]
 * @param size elements of the whole batch
 * @param samples latents in the batch; divides the size
 * @param noise for stochastic steps; may be null for a sampler that draws none
 */
public record RunRequest(Steps steps, double strength, int size, int samples, NoiseSource noise) {
    public RunRequest {
        Objects.requireNonNull(steps, "steps");
        if (!(strength > 0 && strength <= 1)) {
            throw new IllegalArgumentException("strength must be in (0, 1], got " + strength);
        }
        if (size < 1 || samples < 1 || size % samples != 0) {
            throw new IllegalArgumentException(size + " values do not divide among " + samples + " samples");
        }
    }

    /**
     * For runs of which no part can be left out at the beginning.
     *
     * @return 0, the first call
     */
    int requireWhole() {
        if (strength != 1) {
            throw new IllegalArgumentException("an inversion starts at clean latents: strength must be 1, got "
                    + strength + "; to end before pure noise, stop the run by its listener");
        }
        return 0;
    }

    /** Steps of {@code n} that are left out at the beginning, as diffusers' image-to-image pipelines count. */
    int skipped(int n) {
        int kept = (int) (n * strength);
        if (kept == 0) {
            throw new IllegalArgumentException("strength " + strength + " leaves none of " + n + " steps; use at least "
                    + 1.0 / n + " or more steps");
        }
        return n - kept;
    }
}
