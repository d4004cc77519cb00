package org.ragdiff.diffusion.vae;

/**
 * How a {@link Vae} is trained.
 *
 * @param batch images a step
 * @param reconstruction weights of the distance between image and reconstruction
 * @param klWeight weight of the mean KL divergence of a latent element from N(0, 1)
 * @param seed of batches and posterior noise
 */
public record VaeTrainingOptions(int batch, ReconstructionLoss reconstruction, double klWeight, long seed) {
    public VaeTrainingOptions {
        if (batch < 1 || batch > 4096) {
            throw new IllegalArgumentException("batch must be in [1, 4096], got " + batch);
        }
        java.util.Objects.requireNonNull(reconstruction, "reconstruction");
        if (!(klWeight >= 0 && klWeight < 1e6)) {
            throw new IllegalArgumentException("klWeight must be at least 0, got " + klWeight);
        }
    }

    public static VaeTrainingOptions defaults() {
        return new VaeTrainingOptions(16, ReconstructionLoss.defaults(), 1e-5, 1);
    }

    public VaeTrainingOptions withBatch(int newBatch) {
        return new VaeTrainingOptions(newBatch, reconstruction, klWeight, seed);
    }

    public VaeTrainingOptions withReconstruction(ReconstructionLoss loss) {
        return new VaeTrainingOptions(batch, loss, klWeight, seed);
    }

    public VaeTrainingOptions withKlWeight(double weight) {
        return new VaeTrainingOptions(batch, reconstruction, weight, seed);
    }

    public VaeTrainingOptions withSeed(long newSeed) {
        return new VaeTrainingOptions(batch, reconstruction, klWeight, newSeed);
    }
}
