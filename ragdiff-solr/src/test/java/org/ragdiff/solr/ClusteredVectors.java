package org.ragdiff.solr;

import java.util.Random;

/** Unit vectors in clusters of various sizes, in a subspace whose axes matter less and less, as embeddings of garments lie. */
final class ClusteredVectors {
    private static final int CLUSTERS = 500;
    private static final int SUBSPACE = 48;

    private final int dimension;
    private final Random random;
    private final double[][] centres = new double[CLUSTERS][SUBSPACE];
    private final double[][] basis;

    ClusteredVectors(int dimension, long seed) {
        this.dimension = dimension;
        this.random = new Random(seed);
        this.basis = new double[SUBSPACE][dimension];
        for (double[] centre : centres) {
            for (int s = 0; s < SUBSPACE; s++) {
                centre[s] = random.nextGaussian();
            }
        }
        for (int s = 0; s < SUBSPACE; s++) {
            for (int d = 0; d < dimension; d++) {
                basis[s][d] = random.nextGaussian() / Math.sqrt(1 + s / 4.0);
            }
        }
    }

    float[] next() {
        double u = random.nextDouble();
        double[] centre = centres[(int) (u * u * CLUSTERS)];
        double[] v = new double[dimension];
        for (int s = 0; s < SUBSPACE; s++) {
            double z = centre[s] + 0.6 * random.nextGaussian();
            for (int d = 0; d < dimension; d++) {
                v[d] += z * basis[s][d];
            }
        }
        double squares = 0;
        for (int d = 0; d < dimension; d++) {
            v[d] += 0.05 * random.nextGaussian();
            squares += v[d] * v[d];
        }
        float[] unit = new float[dimension];
        for (int d = 0; d < dimension; d++) {
            unit[d] = (float) (v[d] / Math.sqrt(squares));
        }
        return unit;
    }
}
