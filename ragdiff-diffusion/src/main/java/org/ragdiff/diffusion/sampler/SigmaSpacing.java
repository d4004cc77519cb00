package org.ragdiff.diffusion.sampler;

/** Where the noise levels of a run lie. */
public enum SigmaSpacing {
    /** At the timesteps of the {@link org.ragdiff.diffusion.schedule.TimestepSpacing}. */
    STEPS,
    /** Karras et al. 2022, equation 5, ρ = 7. */
    KARRAS,
    /** Evenly in log σ. */
    EXPONENTIAL,
    /** Quantiles of a Beta(0.6, 0.6) distribution (Lee et al. 2024, "Beta Sampling is All You Need"). */
    BETA,
    /** Evenly in the log-SNR (Lu et al. 2022), timesteps rounded. */
    LU
}
