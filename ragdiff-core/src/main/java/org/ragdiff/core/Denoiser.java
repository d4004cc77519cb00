package org.ragdiff.core;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A noise-conditioned network over latents. What does not change over the steps is prepared once.
 * Thread-safe: per-run state lives in {@link Prepared}.
 */
public interface Denoiser extends AutoCloseable {
    /** What {@link #predict} returns. */
    PredictionType predictionType();

    String fingerprint();

    /** Whether reference latents have one more channel, the {@link AlignedPhoto#visibility(int)} of their cells. */
    default boolean readsVisibility() {
        return false;
    }

    /**
     * Projects tokens and runs the reference network, once for each image. Several conditions stand one
     * after the other along the batch, such as the branches of a guided run; a reference array that occurs
     * in several of them is worked on once.
     *
     * @param height latent cells down
     * @param width latent cells across
     */
    Prepared prepare(List<DenoiserCondition> conditions, int height, int width);

    /**
     * @param noisy [ΣB, h, w, C] float32: sqrt(ᾱₜ) x₀ + sqrt(1 − ᾱₜ) ε; not modified
     * @param timestep t in [0, T] for T timesteps of its training (1000 for most), the same for the batch
     * @param prepared made by this denoiser for the same ΣB, h and w
     * @param out [ΣB, h, w, C] float32, overwritten with the prediction
     * @throws IllegalArgumentException if a shape does not fit, the timestep is outside, or another denoiser
     *     prepared the conditions
     * @throws IllegalStateException if the conditions or the denoiser are closed
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
        /** The noise ε. */
        EPSILON,
        /** √ᾱ ε − √(1 − ᾱ) x₀ (Salimans and Ho 2022). */
        V,
        /** The clean latents x₀. */
        SAMPLE,
        /** ε − x₀ of a flow x = (1 − σ) x₀ + σ ε (Lipman et al. 2023). */
        FLOW
    }
}
