package org.ragdiff.core.optim;

/**
 * Decay of an exponential moving average of weights, by diffusers' EMAModel: 0 at first, then growing up to
 * {@code decay}, so that the average forgets the random start. Immutable.
 *
 * @param decay largest
 * @param minDecay least, once the average has begun
 * @param updateAfterStep steps that the average waits, being the weights themselves
 * @param warmup whether it grows as 1 − (1 + e/inverseGamma)^−power rather than as (1 + e)/(10 + e)
 * @param inverseGamma positive
 * @param power positive
 */
public record AverageDecay(
        double decay, double minDecay, long updateAfterStep, boolean warmup, double inverseGamma, double power) {
    public AverageDecay {
        if (!(minDecay >= 0 && decay <= 1 && minDecay <= decay && inverseGamma > 0 && power > 0)) {
            throw new IllegalArgumentException("0 <= minDecay <= decay <= 1 and positive inverseGamma and power needed,"
                    + " got " + minDecay + ", " + decay + ", " + inverseGamma + ", " + power);
        }
    }

    /** diffusers' defaults. */
    public static AverageDecay defaults() {
        return new AverageDecay(0.9999, 0, 0, false, 1, 2.0 / 3);
    }

    /** The decay after an optimiser step, counted from 1. */
    public double at(long step) {
        double e = Math.max(0, step - updateAfterStep - 1);
        if (e <= 0) {
            return 0;
        }
        double grown = warmup ? 1 - Math.pow(1 + e / inverseGamma, -power) : (1 + e) / (10 + e);
        return Math.max(minDecay, Math.min(decay, grown));
    }

    /** average ← decay · average + (1 − decay) · value. */
    public static void update(float[] average, float[] value, double decay) {
        for (int i = 0; i < average.length; i++) {
            average[i] = (float) (average[i] - (1 - decay) * (average[i] - value[i]));
        }
    }
}
