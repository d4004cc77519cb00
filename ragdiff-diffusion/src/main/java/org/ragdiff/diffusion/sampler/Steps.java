package org.ragdiff.diffusion.sampler;

import java.util.Arrays;

/**
 * What a run is to visit: a number of steps, or timesteps or noise levels of the caller's own.
 *
 * @param count steps; 0 if timesteps or sigmas are given
 * @param timesteps own timesteps, strictly falling, or null; copied
 * @param sigmas own noise levels, falling, or null; copied
 * @param mu shift of flow samplers that shift dynamically (by resolution), or NaN
 * @param originalSteps steps of the distillation that LCM and TCD choose from, or 0 for the sampler's own
 */
public record Steps(int count, int[] timesteps, double[] sigmas, double mu, int originalSteps) {
    private static final int MAX_STEPS = 10_000;

    public Steps {
        if ((count > 0 ? 1 : 0) + (timesteps != null ? 1 : 0) + (sigmas != null ? 1 : 0) != 1) {
            throw new IllegalArgumentException("expected a number of steps (at least 1), timesteps or sigmas, got "
                    + count + ", " + Arrays.toString(timesteps) + " and " + Arrays.toString(sigmas));
        }
        int length = timesteps != null ? timesteps.length : sigmas != null ? sigmas.length : count;
        if (length < 1 || length > MAX_STEPS) {
            throw new IllegalArgumentException("steps must be in [1, " + MAX_STEPS + "], got " + length);
        }
        timesteps = timesteps == null ? null : timesteps.clone();
        sigmas = sigmas == null ? null : sigmas.clone();
        for (int i = 0; timesteps != null && i < timesteps.length; i++) {
            if (timesteps[i] < 0 || i > 0 && timesteps[i] >= timesteps[i - 1]) {
                throw new IllegalArgumentException(
                        "timesteps must fall strictly and not below 0, got " + Arrays.toString(timesteps));
            }
        }
        for (int i = 0; sigmas != null && i < sigmas.length; i++) {
            if (!(sigmas[i] >= 0 && sigmas[i] < 1e6) || i > 0 && sigmas[i] > sigmas[i - 1]) {
                throw new IllegalArgumentException("sigmas must fall and not below 0, got " + Arrays.toString(sigmas));
            }
        }
        if (originalSteps < 0 || originalSteps > 1_000_000) {
            throw new IllegalArgumentException("originalSteps must be in [0, 1000000], got " + originalSteps);
        }
    }

    public static Steps of(int count) {
        return new Steps(count, null, null, Double.NaN, 0);
    }

    public static Steps ofTimesteps(int... timesteps) {
        return new Steps(0, timesteps, null, Double.NaN, 0);
    }

    public static Steps ofSigmas(double... sigmas) {
        return new Steps(0, null, sigmas, Double.NaN, 0);
    }

    public Steps withMu(double newMu) {
        return new Steps(count, timesteps, sigmas, newMu, originalSteps);
    }

    public Steps withOriginalSteps(int steps) {
        return new Steps(count, timesteps, sigmas, mu, steps);
    }

    @Override
    public int[] timesteps() {
        return timesteps == null ? null : timesteps.clone();
    }

    @Override
    public double[] sigmas() {
        return sigmas == null ? null : sigmas.clone();
    }

    /** The number of steps. */
    int requireCount(String sampler) {
        if (count == 0) {
            throw new IllegalArgumentException(
                    sampler + " takes a number of steps, not timesteps or sigmas of one's own");
        }
        return count;
    }

    /** Own timesteps below T, or null if a number of steps was given. */
    int[] timestepsOrNull(String sampler, int trainSteps) {
        if (sigmas != null) {
            throw new IllegalArgumentException(sampler + " takes a number of steps or timesteps, not sigmas");
        }
        if (timesteps != null && timesteps[0] >= trainSteps) {
            throw new IllegalArgumentException(
                    "timesteps must be below " + trainSteps + ", got " + Arrays.toString(timesteps));
        }
        return timesteps;
    }

    @Override
    public String toString() {
        return timesteps != null
                ? "timesteps " + Arrays.toString(timesteps)
                : sigmas != null ? "sigmas " + Arrays.toString(sigmas) : count + " steps";
    }
}
