package org.ragdiff.diffusion.sampler;

import java.util.Objects;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/**
 * Which noise levels a sampler visits; the names are those of diffusers' configurations.
 *
 * @param timestepSpacing which timesteps are visited, for STEPS
 * @param stepsOffset added to LEADING timesteps
 * @param sigmaSpacing where the levels lie
 * @param endAtZero whether the last step ends without noise rather than at the smallest level
 * @param sigmaMin smallest level of spacings other than STEPS, or 0 for the trained one
 * @param sigmaMax largest level of spacings other than STEPS, or 0 for the trained one
 * @param lambdaMin timesteps with a log-SNR log(α/σ) below it are not visited; -infinity for all
 * @param flow levels of flow matching in place of the trained ones
 */
public record LevelOptions(
        TimestepSpacing timestepSpacing,
        int stepsOffset,
        SigmaSpacing sigmaSpacing,
        boolean endAtZero,
        double sigmaMin,
        double sigmaMax,
        double lambdaMin,
        FlowSigmas flow) {
    public LevelOptions {
        Objects.requireNonNull(timestepSpacing, "timestepSpacing");
        Objects.requireNonNull(sigmaSpacing, "sigmaSpacing");
        Objects.requireNonNull(flow, "flow");
        if (stepsOffset < 0) {
            throw new IllegalArgumentException("stepsOffset must be at least 0, got " + stepsOffset);
        }
        if (!(sigmaMin >= 0 && sigmaMax >= 0 && sigmaMax < 1e6 && (sigmaMax == 0 || sigmaMin < sigmaMax))) {
            throw new IllegalArgumentException("expected 0 <= sigmaMin < sigmaMax, or 0 for the trained levels, got "
                    + sigmaMin + " and " + sigmaMax);
        }
        if (Double.isNaN(lambdaMin) || lambdaMin == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("lambdaMin must be a number or -infinity, got " + lambdaMin);
        }
    }

    /** From pure noise (trailing) to none. */
    public static LevelOptions defaults() {
        return new LevelOptions(
                TimestepSpacing.TRAILING, 0, SigmaSpacing.STEPS, true, 0, 0, Double.NEGATIVE_INFINITY, FlowSigmas.NONE);
    }

    public LevelOptions withTimestepSpacing(TimestepSpacing spacing, int offset) {
        return new LevelOptions(spacing, offset, sigmaSpacing, endAtZero, sigmaMin, sigmaMax, lambdaMin, flow);
    }

    public LevelOptions withSigmaSpacing(SigmaSpacing spacing) {
        return new LevelOptions(timestepSpacing, stepsOffset, spacing, endAtZero, sigmaMin, sigmaMax, lambdaMin, flow);
    }

    public LevelOptions withEndAtZero(boolean atZero) {
        return new LevelOptions(
                timestepSpacing, stepsOffset, sigmaSpacing, atZero, sigmaMin, sigmaMax, lambdaMin, flow);
    }

    public LevelOptions withSigmaRange(double min, double max) {
        return new LevelOptions(timestepSpacing, stepsOffset, sigmaSpacing, endAtZero, min, max, lambdaMin, flow);
    }

    public LevelOptions withLambdaMin(double smallest) {
        return new LevelOptions(
                timestepSpacing, stepsOffset, sigmaSpacing, endAtZero, sigmaMin, sigmaMax, smallest, flow);
    }

    public LevelOptions withFlow(FlowSigmas newFlow) {
        return new LevelOptions(
                timestepSpacing, stepsOffset, sigmaSpacing, endAtZero, sigmaMin, sigmaMax, lambdaMin, newFlow);
    }

    /** For samplers of x₀ + σ ε, which know neither flow levels nor a bound of the log-SNR. */
    LevelOptions requireExploding(String sampler) {
        if (flow.used() || lambdaMin != Double.NEGATIVE_INFINITY) {
            throw new IllegalArgumentException(sampler + " takes no flow sigmas and no lambdaMin");
        }
        return this;
    }
}
