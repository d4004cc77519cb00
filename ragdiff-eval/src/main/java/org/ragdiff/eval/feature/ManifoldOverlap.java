package org.ragdiff.eval.feature;

/**
 * Precision and recall of generated pictures by neighbourhoods in feature space (Kynkäänniemi et al. 2019) with
 * density and coverage (Naeem et al. 2020), as the reference code of the latter computes them: Euclidean distances,
 * a ball around each sample up to its k-th nearest other of its own set, membership strict. Distances on which a
 * comparison hangs are computed from the differences of the features, not from products, so that duplicates are
 * at 0 exactly.
 *
 * @param precision share of generated samples inside at least one real ball
 * @param recall share of real samples inside at least one generated ball
 * @param density real balls that hold a generated sample, divided by k, averaged; may exceed 1
 * @param coverage share of real samples in whose ball there is a generated one
 */
public record ManifoldOverlap(double precision, double recall, double density, double coverage) {

    /**
     * Blocks of distances: memory is linear in the numbers of samples.
     *
     * @param real the true pictures' features
     * @param generated the model's
     * @param k neighbour that gives the radius, at least 1; 5 in Naeem et al., 3 in Kynkäänniemi et al.
     * @throws IllegalArgumentException if dimensions differ or a set has no more than k samples
     */
    public static ManifoldOverlap of(Features real, Features generated, int k) {
        Features.requireEqualDimensions(real, generated);
        if (k < 1 || Math.min(real.count(), generated.count()) <= k) {
            throw new IllegalArgumentException(
                    "neighbourhoods of k samples need k of at least 1 and more than k samples"
                            + " in each set, got k " + k + ", " + real.count() + " real and " + generated.count()
                            + " generated ones");
        }
        int n = real.count();
        int m = generated.count();
        boolean[] inReal = new boolean[m];
        boolean[] inGenerated = new boolean[n];
        boolean[] covered = new boolean[n];
        long[] members = {0};
        try (BlockedDistances distances = new BlockedDistances(real, generated)) {
            double[] realRadius = distances.radiiOfFirst(k);
            double[] generatedRadius = distances.radiiOfSecond(k);
            distances.between((i, j, distance) -> {
                if (distance.isBelow(realRadius[i])) {
                    members[0]++;
                    inReal[j] = true;
                    covered[i] = true;
                }
                if (!inGenerated[i] && distance.isBelow(generatedRadius[j])) {
                    inGenerated[i] = true;
                }
            });
        }
        return new ManifoldOverlap(share(inReal), share(inGenerated), (double) members[0] / k / m, share(covered));
    }

    private static double share(boolean[] flags) {
        int n = 0;
        for (boolean f : flags) {
            n += f ? 1 : 0;
        }
        return (double) n / flags.length;
    }
}
