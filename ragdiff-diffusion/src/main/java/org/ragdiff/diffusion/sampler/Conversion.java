package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.Denoiser.PredictionType;

/** Clean latents and noise from a prediction, given x = α x₀ + σ ε (Salimans and Ho 2022 for v). */
final class Conversion {
    private Conversion() {}

    /** x₀; V needs α² + σ² = 1, FLOW α + σ = 1. */
    static Linear clean(PredictionType type, double alpha, double sigma) {
        return switch (type) {
            case EPSILON -> new Linear(1 / alpha, -sigma / alpha);
            case V -> new Linear(alpha, -sigma);
            case SAMPLE -> new Linear(0, 1);
            case FLOW -> new Linear(1, -sigma);
        };
    }

    /** ε, under the same conditions. */
    static Linear noise(PredictionType type, double alpha, double sigma) {
        return switch (type) {
            case EPSILON -> new Linear(0, 1);
            case V -> new Linear(sigma, alpha);
            case SAMPLE -> new Linear(1 / sigma, -alpha / sigma);
            case FLOW -> new Linear(1, 1 - sigma);
        };
    }

    /** x₀ for x = x₀ + σ ε, if the network saw x / √(σ² + 1). */
    static Linear cleanExploding(PredictionType type, double sigma) {
        return switch (type) {
            case EPSILON -> new Linear(1, -sigma);
            case V -> new Linear(1 / (sigma * sigma + 1), -sigma / Math.sqrt(sigma * sigma + 1));
            case SAMPLE -> new Linear(0, 1);
            case FLOW ->
                throw new IllegalArgumentException(
                        "this sampler is for EPSILON, V and SAMPLE predictions, not FLOW; use a flow sampler");
        };
    }
}
