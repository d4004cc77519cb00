package org.ragdiff.diffusion.sampler;

/**
 * Weights of one step of an exponential integrator from level s to level t (Lu et al. 2022, "DPM-Solver++",
 * appendix A and B): x(t) = keep x(s) + first D₀ + second D₁ + third D₂ + noise z, with D₀ the estimate at s and
 * D₁, D₂ its divided differences in λ, in units of h.
 *
 * @param midpoint weight of D₁ in the midpoint formula, in place of {@code second}
 */
record ExponentialStep(double keep, double first, double midpoint, double second, double third, double noise) {
    static ExponentialStep of(DpmAlgorithm algorithm, SolverLevels levels, int s, int t) {
        double alpha = levels.alphas()[t];
        double sigma = levels.sigmas()[t];
        double alphaRatio = alpha / levels.alphas()[s];
        double sigmaRatio = sigma / levels.sigmas()[s];
        double h = levels.lambdas()[t] - levels.lambdas()[s];
        // σ (eʰ − 1), whose limit for σ = 0 is finite although h is not.
        double growth = sigma == 0 ? alphaRatio * levels.sigmas()[s] : sigma * Math.expm1(h);
        double decay = Math.expm1(-h);
        double decay2 = Math.expm1(-2 * h);
        if (h == 0) {
            return new ExponentialStep(1, 0, 0, 0, 0, 0);
        }
        return switch (algorithm) {
            case DPMSOLVER_PLUS_PLUS ->
                new ExponentialStep(
                        sigmaRatio,
                        -alpha * decay,
                        -0.5 * alpha * decay,
                        alpha * (decay / h + 1),
                        -alpha * ((decay + h) / (h * h) - 0.5),
                        0);
            case DPMSOLVER ->
                new ExponentialStep(
                        alphaRatio,
                        -growth,
                        -0.5 * growth,
                        -(growth / h - sigma),
                        -((growth - sigma * h) / (h * h) - 0.5 * sigma),
                        0);
            case SDE_DPMSOLVER_PLUS_PLUS ->
                new ExponentialStep(
                        sigmaRatio * Math.exp(-h),
                        -alpha * decay2,
                        -0.5 * alpha * decay2,
                        alpha * (decay2 / (2 * h) + 1),
                        alpha * ((-decay2 - 2 * h) / (4 * h * h) - 0.5),
                        sigma * Math.sqrt(-decay2));
            case SDE_DPMSOLVER ->
                new ExponentialStep(
                        alphaRatio,
                        -2 * growth,
                        -growth,
                        -2 * (growth / h - sigma),
                        0,
                        sigma * Math.sqrt(Math.expm1(2 * h)));
        };
    }
}
