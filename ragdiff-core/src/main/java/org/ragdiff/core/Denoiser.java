package org.ragdiff.core;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A noise-conditioned network over latents. What does not change over the steps is prepared once.
 * Thread-safe: per-run state lives in {@link Prepared}.
 */
public interface Denoiser extends AutoCloseable {
    /** What {@link #predict} returns. */
    PredictionType predictionType();

    String fingerprint();

    /** Projects tokens and runs the reference network, once for each image. */
    Prepared prepare(DenoiserCondition condition);

    /**
     * @param noisy [B, h, w, C] float32: sqrt(ᾱₜ) x₀ + sqrt(1 − ᾱₜ) ε; not modified
     * @param timestep t in [0, 1000), the same for the batch
     * @param prepared made by this denoiser for the same B
     * @param out [B, h, w, C] float32, overwritten with the prediction
     */
    void predict(INDArray noisy, double timestep, Prepared prepared, INDArray out);

    @Override
    void close();

    /** Conditions in the network's own form; closed by whoever prepared them. */
    interface Prepared extends AutoCloseable {
        @Override
        void close();
    }

    /** What a denoiser's output stands for. */
    enum PredictionType {
        EPSILON,
        V,
        SAMPLE
    }
}
