package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Settings of Euler's method for networks with EDM's preconditioning; the names are those of diffusers'
 * EDMEulerScheduler.
 *
 * @param sigmaMin smallest level
 * @param sigmaMax largest level
 * @param sigmaData standard deviation of the data
 * @param sigmaSpacing KARRAS or EXPONENTIAL
 * @param rho of KARRAS
 * @param endAtZero whether the last step ends without noise rather than at the smallest level
 * @param churn noise added and removed on the way
 */
public record EdmOptions(
        double sigmaMin,
        double sigmaMax,
        double sigmaData,
        SigmaSpacing sigmaSpacing,
        double rho,
        boolean endAtZero,
        Churn churn)
        implements SamplerOptions {
    public EdmOptions {
        Objects.requireNonNull(churn, "churn");
        if (!(sigmaMin > 0 && sigmaMin < sigmaMax && sigmaMax < 1e6 && sigmaData > 0 && rho >= 1 && rho <= 100)) {
            throw new IllegalArgumentException(
                    "expected 0 < sigmaMin < sigmaMax, sigmaData > 0 and rho in [1, 100], got " + sigmaMin + ", "
                            + sigmaMax + ", " + sigmaData + " and " + rho);
        }
        if (sigmaSpacing != SigmaSpacing.KARRAS && sigmaSpacing != SigmaSpacing.EXPONENTIAL) {
            throw new IllegalArgumentException("sigmaSpacing must be KARRAS or EXPONENTIAL, got " + sigmaSpacing);
        }
    }

    /** Those of Karras et al. 2022. */
    public static EdmOptions defaults() {
        return new EdmOptions(0.002, 80, 0.5, SigmaSpacing.KARRAS, 7, true, Churn.NONE);
    }

    public EdmOptions withSigmas(double min, double max, double data) {
        return new EdmOptions(min, max, data, sigmaSpacing, rho, endAtZero, churn);
    }

    public EdmOptions withSigmaSpacing(SigmaSpacing spacing) {
        return new EdmOptions(sigmaMin, sigmaMax, sigmaData, spacing, rho, endAtZero, churn);
    }

    public EdmOptions withChurn(Churn newChurn) {
        return new EdmOptions(sigmaMin, sigmaMax, sigmaData, sigmaSpacing, rho, endAtZero, newChurn);
    }

    @Override
    public String className() {
        return "EDMEulerScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new EdmRun(this, process, request);
    }
}
