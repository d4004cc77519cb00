package org.ragdiff.diffusion.sampler;

import org.ragdiff.diffusion.schedule.NoiseSchedule;

/**
 * The noise levels σ = √((1 − ᾱ) / ᾱ) of all training timesteps, and the way back. Rounded to float32 as in
 * PyTorch: a level at the end of the table can lie a hair beyond it, and its timestep is then cut to the one
 * before. Immutable.
 */
final class TrainedSigmas {
    /** In place of ᾱ = 0, the end of a zero-SNR schedule, whose σ would be infinite; diffusers' value. */
    private static final float SMALLEST_ALPHA = 0x1p-24f;

    private final double[] sigmas;
    private final double[] logs;

    TrainedSigmas(NoiseSchedule schedule) {
        int n = schedule.steps();
        sigmas = new double[n];
        logs = new double[n];
        for (int t = 0; t < n; t++) {
            float a = schedule.alphaCumprod(t) == 0 ? SMALLEST_ALPHA : (float) schedule.alphaCumprod(t);
            sigmas[t] = (float) Math.sqrt((1 - a) / a);
            logs[t] = (float) Math.log(sigmas[t]);
        }
    }

    int steps() {
        return sigmas.length;
    }

    double smallest() {
        return sigmas[0];
    }

    double largest() {
        return sigmas[sigmas.length - 1];
    }

    /** The level at a timestep, linear between whole ones. */
    double at(double timestep) {
        int low = (int) Math.max(0, Math.min(sigmas.length - 1, Math.floor(timestep)));
        if (low == sigmas.length - 1) {
            return sigmas[low];
        }
        return sigmas[low] + (sigmas[low + 1] - sigmas[low]) * (timestep - low);
    }

    /** The timestep of a level, linear in log σ between whole ones. */
    double timestepOf(double sigma) {
        double log = Math.log(Math.max(sigma, 1e-10));
        int low = 0;
        int high = logs.length - 1;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (logs[middle] <= log) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double w = Math.max(0, Math.min(1, (logs[low] - log) / (logs[low] - logs[low + 1])));
        return (1 - w) * low + w * (low + 1);
    }

    /** How many timesteps, from the last on, have a log-SNR below a bound. */
    int below(double logSnr) {
        int n = 0;
        for (int t = sigmas.length - 1; t >= 0 && -logs[t] < logSnr; t--) {
            n++;
        }
        return n;
    }
}
