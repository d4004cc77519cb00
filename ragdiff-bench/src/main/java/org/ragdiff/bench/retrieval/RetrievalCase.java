package org.ragdiff.bench.retrieval;

import java.util.Random;
import org.ragdiff.bench.peer.NumbersCase;

/** Work on random embeddings. */
abstract class RetrievalCase extends NumbersCase {
    private final Random random = new Random(11);

    /** A random unit vector. */
    final float[] unit(int dimension) {
        double[] v = random.doubles(dimension).map(u -> random.nextGaussian()).toArray();
        double norm = 0;
        for (double x : v) {
            norm += x * x;
        }
        float[] out = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            out[i] = (float) (v[i] / Math.sqrt(norm));
        }
        return out;
    }

    final Random random() {
        return random;
    }
}
