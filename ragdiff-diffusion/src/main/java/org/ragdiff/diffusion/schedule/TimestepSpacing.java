package org.ragdiff.diffusion.schedule;

import java.util.function.IntUnaryOperator;

/**
 * Which of the T training timesteps a run of n steps visits (Lin et al. 2024, table 2), named as in
 * diffusers' configurations.
 */
public enum TimestepSpacing {
    /** Multiples of ⌊T/n⌋ from the offset on: never reaches pure noise. */
    LEADING,
    /** Evenly down from T − 1. */
    TRAILING,
    /** Evenly between both ends. */
    LINSPACE;

    /**
     * n timesteps, largest first, both ends of LINSPACE included, as diffusers' DDIM does.
     *
     * @param offset added to LEADING timesteps
     */
    public int[] timesteps(int trainSteps, int n, int offset) {
        require(trainSteps, n);
        return switch (this) {
            case LEADING -> descending(n, trainSteps, i -> i * (trainSteps / n) + offset);
            case TRAILING -> trailing(trainSteps, n);
            case LINSPACE ->
                descending(n, trainSteps, i -> n == 1 ? 0 : roundHalfEven((trainSteps - 1.0) * i / (n - 1)));
        };
    }

    /** n timesteps, largest first, of n + 1 spaced ones without the last, as diffusers' multistep solvers do. */
    public int[] timestepsBeforeLast(int trainSteps, int n, int offset) {
        require(trainSteps, n);
        return switch (this) {
            case LEADING -> descending(n, trainSteps, i -> (i + 1) * (trainSteps / (n + 1)) + offset);
            case TRAILING -> trailing(trainSteps, n);
            case LINSPACE -> descending(n, trainSteps, i -> roundHalfEven((trainSteps - 1.0) * (i + 1) / n));
        };
    }

    private static void require(int trainSteps, int n) {
        if (n < 1 || n > trainSteps) {
            throw new IllegalArgumentException("steps must be in [1, " + trainSteps + "], got " + n);
        }
    }

    private static int[] trailing(int trainSteps, int n) {
        int[] out = new int[n];
        for (int i = 0; i < n; i++) {
            out[i] = Math.max(0, roundHalfEven(trainSteps - (double) trainSteps / n * i) - 1);
        }
        return out;
    }

    private static int[] descending(int n, int trainSteps, IntUnaryOperator ascending) {
        int[] out = new int[n];
        for (int i = 0; i < n; i++) {
            int t = ascending.applyAsInt(n - 1 - i);
            if (t >= trainSteps) {
                throw new IllegalArgumentException(
                        "timestep " + t + " is outside [0, " + trainSteps + "): use a smaller offset");
            }
            out[i] = t;
        }
        return out;
    }

    /** numpy's rounding. */
    private static int roundHalfEven(double x) {
        return (int) Math.rint(x);
    }
}
