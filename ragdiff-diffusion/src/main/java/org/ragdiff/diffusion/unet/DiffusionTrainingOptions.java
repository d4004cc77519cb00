package org.ragdiff.diffusion.unet;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a {@link DenoisingUnet} is trained.
 *
 * @param batch samples a step
 * @param structureDropout share of samples whose ê is dropped
 * @param landmarkDropout share of samples whose landmark is dropped, independently
 * @param referenceDropout share of samples whose reference is dropped, independently
 * @param allDropout share of samples with nothing at all, on top
 * @param minSnrGamma weight of a sample min(SNR, γ) / SNR in x₀-space terms (Hang et al. 2023); 0 for plain
 * @param seed of batches, noise, timesteps and dropout
 * @param offsetNoise standard deviation of a normal number that is added to the noise of each channel of a sample, so
 *     that the mean of a picture is learned too (Guttenberg 2023); 0 for none. Where options are read from a file it
 *     may be left out
 */
public record DiffusionTrainingOptions(
        int batch,
        double structureDropout,
        double landmarkDropout,
        double referenceDropout,
        double allDropout,
        double minSnrGamma,
        long seed,
        @JsonProperty(defaultValue = "0") double offsetNoise) {
    public DiffusionTrainingOptions {
        if (batch < 1 || batch > 4096) {
            throw new IllegalArgumentException("batch must be in [1, 4096], got " + batch);
        }
        share("structureDropout", structureDropout);
        share("landmarkDropout", landmarkDropout);
        share("referenceDropout", referenceDropout);
        share("allDropout", allDropout);
        if (!(minSnrGamma >= 0 && minSnrGamma < 1e6)) {
            throw new IllegalArgumentException("minSnrGamma must be at least 0, got " + minSnrGamma);
        }
        if (!(offsetNoise >= 0 && offsetNoise <= 1)) {
            throw new IllegalArgumentException("offsetNoise must be in [0, 1], got " + offsetNoise);
        }
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1], got " + value);
        }
    }

    public static DiffusionTrainingOptions defaults() {
        return new DiffusionTrainingOptions(16, 0.15, 0.15, 0.15, 0.1, 0, 1, 0);
    }

    public DiffusionTrainingOptions withBatch(int newBatch) {
        return new DiffusionTrainingOptions(
                newBatch,
                structureDropout,
                landmarkDropout,
                referenceDropout,
                allDropout,
                minSnrGamma,
                seed,
                offsetNoise);
    }

    public DiffusionTrainingOptions withDropout(double structure, double landmark, double reference, double all) {
        return new DiffusionTrainingOptions(batch, structure, landmark, reference, all, minSnrGamma, seed, offsetNoise);
    }

    public DiffusionTrainingOptions withMinSnrGamma(double gamma) {
        return new DiffusionTrainingOptions(
                batch, structureDropout, landmarkDropout, referenceDropout, allDropout, gamma, seed, offsetNoise);
    }

    public DiffusionTrainingOptions withSeed(long newSeed) {
        return new DiffusionTrainingOptions(
                batch,
                structureDropout,
                landmarkDropout,
                referenceDropout,
                allDropout,
                minSnrGamma,
                newSeed,
                offsetNoise);
    }

    public DiffusionTrainingOptions withOffsetNoise(double deviation) {
        return new DiffusionTrainingOptions(
                batch, structureDropout, landmarkDropout, referenceDropout, allDropout, minSnrGamma, seed, deviation);
    }
}
