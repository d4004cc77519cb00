package org.ragdiff.diffusion.sampler;

/**
 * Noise that Euler's method adds before each step and removes with it (Karras et al. 2022, algorithm 2).
 *
 * @param amount S_churn, 0 for none
 * @param from S_tmin
 * @param to S_tmax, may be infinite
 * @param noise S_noise, standard deviation of what is added
 */
public record Churn(double amount, double from, double to, double noise) {
    public static final Churn NONE = new Churn(0, 0, Double.POSITIVE_INFINITY, 1);

    public Churn {
        if (!(amount >= 0 && from >= 0 && to >= from && noise >= 0 && noise < 10)) {
            throw new IllegalArgumentException("expected amount >= 0, 0 <= from <= to, noise in [0, 10), got " + amount
                    + ", " + from + ", " + to + ", " + noise);
        }
    }

    /** The level that σ is raised to. */
    double raised(double sigma, int levels) {
        double gamma = from <= sigma && sigma <= to ? Math.min(amount / levels, Math.sqrt(2) - 1) : 0;
        return sigma * (gamma + 1);
    }
}
