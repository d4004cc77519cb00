package org.ragdiff.bench.retrieval;

import java.util.SplittableRandom;

/**
 * Unit vectors that lie together as embeddings of garments do: clusters of various sizes around random
 * centres, in a subspace whose axes matter less and less, with a little noise in all dimensions. Vector i
 * depends on the seed and i alone. Immutable.
 */
final class EmbeddingLikeVectors {
    private static final int CLUSTERS = 1000;
    private static final int SUBSPACE = 64;
    /** Standard deviations within a cluster; that of centres is 1. */
    private static final double SPREAD = 0.6;

    private static final double NOISE = 0.05;

    private final int dimension;
    private final long seed;
    private final float[][] centres = new float[CLUSTERS][SUBSPACE];
    private final float[][] basis;

    EmbeddingLikeVectors(int dimension, long seed) {
        this.dimension = dimension;
        this.seed = seed;
        SplittableRandom random = new SplittableRandom(seed);
        for (float[] c : centres) {
            gaussians(c, 1, random);
        }
        basis = new float[SUBSPACE][dimension];
        for (int s = 0; s < SUBSPACE; s++) {
            gaussians(basis[s], 1 / Math.sqrt(1 + s / 4.0), random);
        }
    }

    private static void gaussians(float[] out, double deviation, SplittableRandom random) {
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) (deviation * random.nextGaussian());
        }
    }

    /** Vector i; any long is an i. */
    float[] get(long i) {
        SplittableRandom random = new SplittableRandom(seed ^ (i + 1) * 0x9E3779B97F4A7C15L);
        // Squaring makes some clusters thirty times as large as others.
        double u = random.nextDouble();
        float[] centre = centres[(int) (u * u * CLUSTERS)];
        double[] v = new double[dimension];
        for (int s = 0; s < SUBSPACE; s++) {
            double z = centre[s] + SPREAD * random.nextGaussian();
            for (int d = 0; d < dimension; d++) {
                v[d] += z * basis[s][d];
            }
        }
        double squares = 0;
        for (int d = 0; d < dimension; d++) {
            v[d] += NOISE * random.nextGaussian();
            squares += v[d] * v[d];
        }
        float[] out = new float[dimension];
        for (int d = 0; d < dimension; d++) {
            out[d] = (float) (v[d] / Math.sqrt(squares));
        }
        return out;
    }
}
