package org.ragdiff.diffusion.sampler;

import org.ragdiff.diffusion.schedule.NoiseSchedule;

/**
 * The noise levels σ = √((1 − ᾱ)/ᾱ) that a multistep run visits, and the timesteps they stand for. Not
 * modified once made.
 *
 * @param timesteps one for each step, largest first
 * @param sigmas one for each step, and the level after the last
 */
record SigmaLevels(int[] timesteps, double[] sigmas) {
    private static final double KARRAS_RHO = 7;
    /** In place of ᾱ = 0, the end of a zero-SNR schedule, whose σ would be infinite; diffusers' value. */
    private static final double SMALLEST_ALPHA = Math.scalb(1.0, -24);

    static SigmaLevels of(NoiseSchedule schedule, DpmSolverOptions options, int steps) {
        int train = schedule.steps();
        double[] all = new double[train];
        for (int t = 0; t < train; t++) {
            double a = schedule.alphaCumprod(t) == 0 ? SMALLEST_ALPHA : schedule.alphaCumprod(t);
            all[t] = Math.sqrt((1 - a) / a);
        }
        double[] sigmas = new double[steps + 1];
        int[] timesteps;
        switch (options.sigmaSpacing()) {
            case STEPS -> {
                timesteps = options.timestepSpacing().timestepsBeforeLast(train, steps, options.stepsOffset());
                for (int i = 0; i < steps; i++) {
                    sigmas[i] = all[timesteps[i]];
                }
            }
            case KARRAS, EXPONENTIAL -> {
                timesteps = new int[steps];
                for (int i = 0; i < steps; i++) {
                    double ramp = steps == 1 ? 0 : i / (steps - 1.0);
                    sigmas[i] = between(all[train - 1], all[0], ramp, options.sigmaSpacing());
                    timesteps[i] = (int) Math.rint(timestepOf(sigmas[i], all));
                }
            }
            default -> throw new IllegalStateException("unknown spacing " + options.sigmaSpacing());
        }
        sigmas[steps] = options.endAtZero() ? 0 : all[0];
        return new SigmaLevels(timesteps, sigmas);
    }

    private static double between(double max, double min, double ramp, DpmSolverOptions.SigmaSpacing spacing) {
        if (spacing == DpmSolverOptions.SigmaSpacing.EXPONENTIAL) {
            return Math.exp(Math.log(max) + ramp * (Math.log(min) - Math.log(max)));
        }
        double from = Math.pow(max, 1 / KARRAS_RHO);
        double to = Math.pow(min, 1 / KARRAS_RHO);
        return Math.pow(from + ramp * (to - from), KARRAS_RHO);
    }

    /** The timestep whose noise level it is, interpolated in log σ. */
    private static double timestepOf(double sigma, double[] all) {
        int low = 0;
        while (low < all.length - 2 && all[low + 1] <= sigma) {
            low++;
        }
        double a = Math.log(all[low]);
        double b = Math.log(all[low + 1]);
        double w = Math.max(0, Math.min(1, (a - Math.log(sigma)) / (a - b)));
        return low + w;
    }
}
