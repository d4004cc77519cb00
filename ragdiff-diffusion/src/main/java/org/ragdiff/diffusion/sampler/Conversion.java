package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.Denoiser.PredictionType;

/** Clean sample and noise from a prediction, given x = α x₀ + σ ε (Salimans and Ho 2022 for v). */
final class Conversion {
    private Conversion() {}

    static double[] clean(PredictionType type, float[] x, float[] prediction, double alpha, double sigma) {
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = switch (type) {
                case EPSILON -> (x[i] - sigma * prediction[i]) / alpha;
                case V -> alpha * x[i] - sigma * prediction[i];
                case SAMPLE -> prediction[i];
            };
        }
        return out;
    }

    static double[] noise(PredictionType type, float[] x, float[] prediction, double alpha, double sigma) {
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = switch (type) {
                case EPSILON -> prediction[i];
                case V -> alpha * prediction[i] + sigma * x[i];
                case SAMPLE -> (x[i] - alpha * prediction[i]) / sigma;
            };
        }
        return out;
    }

    static void requireFinite(float[] prediction, int expected, double timestep) {
        if (prediction.length != expected) {
            throw new IllegalStateException(
                    "the denoiser returned " + prediction.length + " values for " + expected + " latents");
        }
        for (float v : prediction) {
            if (!Float.isFinite(v)) {
                throw new IllegalStateException("the denoiser returned " + v + " at timestep " + timestep
                        + "; its weights or the input are damaged");
            }
        }
    }
}
