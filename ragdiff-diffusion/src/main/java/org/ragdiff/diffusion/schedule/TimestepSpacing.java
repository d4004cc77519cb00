package org.ragdiff.diffusion.schedule;

/**
 * Which of the T training timesteps a run of n steps visits (Lin et al. 2024, table 2), named as in
 * diffusers' configurations. Sums are formed in numpy's order, on which ties of rounding depend.
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
        return rounded(fractional(trainSteps, n, offset), trainSteps);
    }

    /** The same without rounding LINSPACE, as diffusers' Euler does. */
    public double[] fractional(int trainSteps, int n, int offset) {
        require(trainSteps, n);
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            int up = n - 1 - i;
            out[i] = switch (this) {
                case LEADING -> up * (double) (trainSteps / n) + offset;
                case TRAILING -> trailing(trainSteps, trainSteps, n, i);
                case LINSPACE -> linspace(trainSteps - 1, n - 1, up);
            };
        }
        return out;
    }

    /**
     * n timesteps, largest first, of n + 1 spaced ones without the last, as diffusers' multistep solvers do.
     *
     * @param end timesteps from here on are not visited; at most T
     */
    public int[] timestepsBeforeLast(int trainSteps, int end, int n, int offset) {
        require(trainSteps, n);
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            out[i] = switch (this) {
                case LEADING -> (n - i) * (double) (end / (n + 1)) + offset;
                case TRAILING -> trailing(trainSteps, end, n, i);
                case LINSPACE -> linspace(end - 1, n, n - i);
            };
        }
        return rounded(out, trainSteps);
    }

    /**
     * n timesteps, largest first, of n + 1 spaced ones without the largest, as diffusers' inverse solver does; not
     * TRAILING.
     *
     * @param end timesteps from here on are not visited
     */
    public int[] timestepsAfterFirst(int end, int n, int offset) {
        require(end, n);
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            out[i] = switch (this) {
                case LEADING -> (n - 1 - i) * (double) (end / (n + 1)) + offset;
                case LINSPACE -> linspace(end - 1, n, n - 1 - i);
                case TRAILING -> throw new IllegalArgumentException("TRAILING begins at the largest timestep");
            };
        }
        return rounded(out, end);
    }

    private static double linspace(int to, int intervals, int i) {
        return i == intervals && i > 0 ? to : i * ((double) to / Math.max(1, intervals));
    }

    private static double trailing(int trainSteps, int end, int n, int i) {
        double stride = end - (double) trainSteps / n - end;
        return Math.max(0, Math.rint(end + i * stride) - 1);
    }

    private static void require(int trainSteps, int n) {
        if (n < 1 || n > trainSteps) {
            throw new IllegalArgumentException("steps must be in [1, " + trainSteps + "], got " + n);
        }
    }

    private static int[] rounded(double[] timesteps, int trainSteps) {
        int[] out = new int[timesteps.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (int) Math.rint(timesteps[i]);
            if (out[i] >= trainSteps) {
                throw new IllegalArgumentException(
                        "timestep " + out[i] + " is outside [0, " + trainSteps + "): use a smaller offset");
            }
        }
        return out;
    }
}
