package org.ragdiff.diffusion.sampler;

import org.ragdiff.diffusion.schedule.TimestepSpacing;

/**
 * The levels σ that a run of x₀ + σ ε steps between, and the timesteps they stand for. Not modified once made.
 *
 * @param timesteps one for each level that the denoiser is called at; fractional
 * @param sigmas the same levels, and the one after the last
 * @param startScale standard deviation of pure noise at the first level
 */
record ExplodingLevels(double[] timesteps, double[] sigmas, double startScale) {
    /** @param roundKarras whether timesteps of KARRAS levels are whole numbers */
    static ExplodingLevels of(
            String name, TrainedProcess process, LevelOptions options, Steps steps, boolean roundKarras) {
        TrainedSigmas trained = new TrainedSigmas(process.requirePreserving(name));
        double[] timesteps = timesteps(name, trained.steps(), options, steps);
        int n = timesteps.length;
        double[] sigmas = new double[n];
        for (int i = 0; i < n; i++) {
            timesteps[i] = (float) timesteps[i];
            sigmas[i] = trained.at(timesteps[i]);
        }
        return spaced(trained, options, timesteps, sigmas, roundKarras);
    }

    /** Levels in place of {@code sigmas} unless the spacing is STEPS, and the final one. */
    static ExplodingLevels spaced(
            TrainedSigmas trained, LevelOptions options, double[] timesteps, double[] sigmas, boolean roundKarras) {
        int n = timesteps.length;
        double[] levels = sigmas;
        if (options.sigmaSpacing() != SigmaSpacing.STEPS) {
            double max = options.sigmaMax() > 0 ? options.sigmaMax() : sigmas[0];
            double min = options.sigmaMin() > 0 ? options.sigmaMin() : sigmas[sigmas.length - 1];
            levels = SigmaRamp.of(options.sigmaSpacing(), max, min, n);
            for (int i = 0; i < n; i++) {
                double t = trained.timestepOf(levels[i]);
                timesteps[i] = roundKarras && options.sigmaSpacing() == SigmaSpacing.KARRAS ? Math.rint(t) : t;
            }
        }
        double[] all = java.util.Arrays.copyOf(levels, levels.length + 1);
        all[levels.length] = options.endAtZero() ? 0 : trained.smallest();
        return withScale(options, timesteps, all);
    }

    static ExplodingLevels withScale(LevelOptions options, double[] timesteps, double[] sigmas) {
        double max = 0;
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = (float) sigmas[i];
            max = Math.max(max, sigmas[i]);
        }
        boolean leading = options.timestepSpacing() == TimestepSpacing.LEADING;
        return new ExplodingLevels(timesteps, sigmas, leading ? Math.sqrt(max * max + 1) : max);
    }

    private static double[] timesteps(String name, int train, LevelOptions options, Steps steps) {
        int[] own = steps.timestepsOrNull(name, train);
        if (own == null) {
            return options.timestepSpacing().fractional(train, steps.count(), options.stepsOffset());
        }
        if (options.sigmaSpacing() != SigmaSpacing.STEPS) {
            throw new IllegalArgumentException(
                    "timesteps of one's own need levels at timesteps (STEPS), not " + options.sigmaSpacing());
        }
        double[] out = new double[own.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = own[i];
        }
        return out;
    }
}
