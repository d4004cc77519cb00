package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of sampling with consistency models; the names are those of diffusers' CMStochasticIterativeScheduler.
 *
 * @param sigmaMin smallest level
 * @param sigmaMax largest level
 * @param sigmaData standard deviation of the data
 * @param rho of the levels between
 * @param noise standard deviation of the noise that is added again, as a share of the level's
 * @param clipping of the predicted clean sample
 */
public record ConsistencyOptions(
        double sigmaMin, double sigmaMax, double sigmaData, double rho, double noise, Clipping clipping)
        implements SamplerOptions {
    public ConsistencyOptions {
        Objects.requireNonNull(clipping, "clipping");
        if (!(sigmaMin > 0 && sigmaMin < sigmaMax && sigmaMax < 1e6 && sigmaData > 0 && rho >= 1 && rho <= 100)) {
            throw new IllegalArgumentException(
                    "expected 0 < sigmaMin < sigmaMax, sigmaData > 0 and rho in [1, 100], got " + sigmaMin + ", "
                            + sigmaMax + ", " + sigmaData + " and " + rho);
        }
        if (!(noise >= 0 && noise < 10)) {
            throw new IllegalArgumentException("noise must be in [0, 10), got " + noise);
        }
    }

    /** Those of Song et al. 2023, unclipped as latents are. */
    public static ConsistencyOptions defaults() {
        return new ConsistencyOptions(0.002, 80, 0.5, 7, 1, Clipping.NONE);
    }

    public ConsistencyOptions withClipping(Clipping newClipping) {
        return new ConsistencyOptions(sigmaMin, sigmaMax, sigmaData, rho, noise, newClipping);
    }

    @Override
    public String className() {
        return "CMStochasticIterativeScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new ConsistencyRun(this, process, request);
    }
}
