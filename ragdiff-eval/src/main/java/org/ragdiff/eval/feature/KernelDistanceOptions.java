package org.ragdiff.eval.feature;

/**
 * How {@link KernelDistance} draws subsets.
 *
 * @param subsets at least 1
 * @param subsetSize samples of either set in each, drawn without replacement; at least 2
 * @param seed of the draws
 */
public record KernelDistanceOptions(int subsets, int subsetSize, long seed) {
    public KernelDistanceOptions {
        if (subsets < 1 || subsetSize < 2) {
            throw new IllegalArgumentException(
                    "KID needs at least 1 subset of at least 2 samples, got " + subsets + " of " + subsetSize);
        }
    }

    /** 100 subsets of 1000 samples, as torch-fidelity and torchmetrics. */
    public static KernelDistanceOptions defaults() {
        return new KernelDistanceOptions(100, 1000, 20260101);
    }

    public KernelDistanceOptions withSubsets(int n) {
        return new KernelDistanceOptions(n, subsetSize, seed);
    }

    public KernelDistanceOptions withSubsetSize(int n) {
        return new KernelDistanceOptions(subsets, n, seed);
    }

    public KernelDistanceOptions withSeed(long s) {
        return new KernelDistanceOptions(subsets, subsetSize, s);
    }
}
