package org.ragdiff.diffusion.schedule;

/**
 * A variance-preserving diffusion in discrete time: xₜ = √ᾱₜ x₀ + √(1 − ᾱₜ) ε for t = 0 … T−1 (Ho et al.
 * 2020). Tables are rounded to float32 where PyTorch rounds them, since that is what models were trained with;
 * ends of a schedule depend on it. Immutable.
 */
public final class NoiseSchedule {
    private static final int MAX_STEPS = 1_000_000;

    private static final double SMALLEST_ALPHA = 1e-12;

    private final double[] betas;
    private final double[] alphasCumprod;

    private NoiseSchedule(double[] betas, double[] alphasCumprod) {
        this.betas = betas;
        this.alphasCumprod = alphasCumprod;
    }

    /**
     * @param betas the variances added by each step, in [0, 1]; not modified
     */
    public static NoiseSchedule ofBetas(double[] betas) {
        if (betas.length < 1 || betas.length > MAX_STEPS) {
            throw new IllegalArgumentException(betas.length + " betas, expected 1 to " + MAX_STEPS);
        }
        double[] cumulative = new double[betas.length];
        double[] rounded = new double[betas.length];
        double product = 1;
        for (int t = 0; t < betas.length; t++) {
            if (!(betas[t] >= 0 && betas[t] <= 1)) {
                throw new IllegalArgumentException("beta[" + t + "] is " + betas[t] + ", expected it in [0, 1]");
            }
            rounded[t] = (float) betas[t];
            product *= 1 - (float) betas[t];
            cumulative[t] = (float) product;
        }
        return new NoiseSchedule(rounded, cumulative);
    }

    /** A schedule named as in diffusers' configurations. */
    public static NoiseSchedule of(ScheduleConfig config) {
        NoiseSchedule schedule = ofBetas(Betas.of(config));
        return config.rescaleBetasZeroSnr() ? schedule.withZeroTerminalSnr() : schedule;
    }

    /**
     * Shifts and scales √ᾱ so that the last step is pure noise and the first is unchanged (Lin et al. 2024,
     * "Common Diffusion Noise Schedules and Sample Steps are Flawed", algorithm 1).
     */
    public NoiseSchedule withZeroTerminalSnr() {
        int last = alphasCumprod.length - 1;
        float end = (float) Math.sqrt(alphasCumprod[last]);
        float first = (float) Math.sqrt(alphasCumprod[0]);
        if (first == end) {
            throw new IllegalArgumentException("a schedule that adds no noise cannot end in pure noise");
        }
        float factor = first / (first - end);
        double[] betas = new double[alphasCumprod.length];
        float previous = 1;
        for (int t = 0; t <= last; t++) {
            float root = ((float) Math.sqrt(alphasCumprod[t]) - end) * factor;
            float alphaBar = root * root;
            betas[t] = 1 - alphaBar / previous;
            previous = alphaBar;
        }
        return ofBetas(betas);
    }

    /** T. */
    public int steps() {
        return alphasCumprod.length;
    }

    /** ᾱₜ for t in [0, T). */
    public double alphaCumprod(int t) {
        if (t < 0 || t >= alphasCumprod.length) {
            throw new IllegalArgumentException("timestep " + t + " is outside [0, " + alphasCumprod.length + ")");
        }
        return alphasCumprod[t];
    }

    /** βₜ for t in [0, T): more exact than quotients of ᾱ are. */
    public double beta(int t) {
        alphaCumprod(t);
        return betas[t];
    }

    /** A copy of all ᾱₜ. */
    public double[] alphasCumprod() {
        return alphasCumprod.clone();
    }

    /** σ = √((1 − ᾱ) / ᾱ) at t in [0, T − 1], linear between whole timesteps; large but finite at pure noise. */
    public double noiseLevel(double t) {
        if (!(t >= 0 && t <= alphasCumprod.length - 1)) {
            throw new IllegalArgumentException("timestep " + t + " is outside [0, " + (alphasCumprod.length - 1) + "]");
        }
        int low = (int) t;
        double level = level(low);
        return low == t ? level : level + (level(low + 1) - level) * (t - low);
    }

    private double level(int t) {
        double a = Math.max(alphasCumprod[t], SMALLEST_ALPHA);
        return Math.sqrt((1 - a) / a);
    }

    /** ᾱₜ / (1 − ᾱₜ). */
    public double signalToNoise(int t) {
        double a = alphaCumprod(t);
        return a / (1 - a);
    }
}
