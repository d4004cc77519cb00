package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.Denoiser.PredictionType;

/**
 * The preconditioning of Karras et al. 2022, table 1: networks see x / √(σ² + σ_d²) and ¼ log σ, and their output is
 * scaled onto the latents. Immutable.
 *
 * @param data σ_d, standard deviation of the data
 */
record EdmPreconditioning(double data, PredictionType type) {
    /** @throws IllegalArgumentException for models of betas and for other predictions than EPSILON and V */
    static EdmPreconditioning of(String name, TrainedProcess process, double data) {
        PredictionType type = process.prediction();
        if (process.schedule() != null || type != PredictionType.EPSILON && type != PredictionType.V) {
            throw new IllegalArgumentException(name + " is for models of continuous noise levels with EPSILON or V "
                    + "prediction; this one predicts " + type
                    + (process.schedule() == null ? "" : " and was trained on betas: use euler"));
        }
        return new EdmPreconditioning(data, type);
    }

    static double timestep(double sigma) {
        return 0.25 * Math.log(sigma);
    }

    double inputScale(double sigma) {
        return 1 / total(sigma);
    }

    /** x₀ from latents at a level and the network's output. */
    Linear clean(double sigma) {
        double total = total(sigma);
        double out = (type == PredictionType.V ? -sigma : sigma) * data / total;
        return new Linear(data * data / (total * total), out);
    }

    private double total(double sigma) {
        return Math.sqrt(sigma * sigma + data * data);
    }
}
