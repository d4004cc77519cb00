package org.ragdiff.diffusion.sampler;

import java.util.Objects;

/**
 * Noise levels of flow matching, x = (1 − σ) x₀ + σ ε, moved towards noise for large images (Esser et al. 2024,
 * "Scaling Rectified Flow Transformers", section 5.3.2).
 *
 * @param used whether the levels are those of a flow at all
 * @param shift σ becomes s σ / (1 + (s − 1) σ)
 * @param timeShift whether the shift comes from {@link Steps#mu()} instead, and how
 * @param terminal what the last level is stretched to, in (0, 1), or 0 to leave it
 */
public record FlowSigmas(boolean used, double shift, TimeShift timeShift, double terminal) {
    /** Not a flow. */
    public static final FlowSigmas NONE = new FlowSigmas(false, 1, TimeShift.NONE, 0);

    public FlowSigmas {
        Objects.requireNonNull(timeShift, "timeShift");
        if (!(shift > 0 && shift <= 1000)) {
            throw new IllegalArgumentException("shift must be in (0, 1000], got " + shift);
        }
        if (!(terminal >= 0 && terminal < 1)) {
            throw new IllegalArgumentException("terminal must be in [0, 1), got " + terminal);
        }
    }

    /** A flow with a fixed shift; 1 for none. */
    public static FlowSigmas shifted(double shift) {
        return new FlowSigmas(true, shift, TimeShift.NONE, 0);
    }

    public FlowSigmas withTimeShift(TimeShift newTimeShift) {
        return new FlowSigmas(used, shift, newTimeShift, terminal);
    }

    public FlowSigmas withTerminal(double last) {
        return new FlowSigmas(used, shift, timeShift, last);
    }

    /** How a dynamic shift μ acts: σ becomes m / (m + 1/σ − 1). */
    public enum TimeShift {
        /** The fixed shift instead. */
        NONE,
        /** m = exp μ. */
        EXPONENTIAL,
        /** m = μ. */
        LINEAR
    }

    /** Shifts and stretches levels in place. */
    void apply(double[] sigmas, double mu) {
        if (timeShift != TimeShift.NONE && !(mu > -50 && mu < 50 && (timeShift == TimeShift.EXPONENTIAL || mu > 0))) {
            throw new IllegalArgumentException(
                    "a dynamic shift needs Steps.withMu(mu), below 50 and positive if linear, got " + mu);
        }
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = shifted(sigmas[i], mu);
        }
        if (terminal > 0 && sigmas.length > 0) {
            double scale = (1 - sigmas[sigmas.length - 1]) / (1 - terminal);
            for (int i = 0; i < sigmas.length && scale > 0; i++) {
                sigmas[i] = 1 - (1 - sigmas[i]) / scale;
            }
        }
    }

    private double shifted(double sigma, double mu) {
        return switch (timeShift) {
            case NONE -> shift * sigma / (1 + (shift - 1) * sigma);
            case EXPONENTIAL -> Math.exp(mu) / (Math.exp(mu) + (1 / sigma - 1));
            case LINEAR -> mu / (mu + (1 / sigma - 1));
        };
    }
}
