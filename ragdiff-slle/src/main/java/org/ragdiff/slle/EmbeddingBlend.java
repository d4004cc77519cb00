package org.ragdiff.slle;

import java.util.List;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureQuery;

/** Weighted sums of embeddings. Stateless. */
final class EmbeddingBlend {
    private EmbeddingBlend() {}

    /** Σ wᵢxᵢ, not normalised. */
    static double[] sum(List<Neighbour> neighbours, double[] weights, int dimension) {
        double[] sum = new double[dimension];
        for (int i = 0; i < weights.length; i++) {
            float[] x = neighbours.get(i).entry().embedding();
            for (int j = 0; j < dimension; j++) {
                sum[j] += weights[i] * x[j];
            }
        }
        return sum;
    }

    /** The vector over its norm; the fallback where the norm is 0. */
    static float[] unit(double[] v, float[] fallback) {
        double norm = Slle.norm(v);
        if (norm < 1e-12) {
            return fallback.clone();
        }
        float[] out = new float[v.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) (v[i] / norm);
        }
        return out;
    }

    /** ‖e − v‖. */
    static double distance(float[] e, double[] v) {
        double sum = 0;
        for (int i = 0; i < v.length; i++) {
            sum += (e[i] - v[i]) * (e[i] - v[i]);
        }
        return Math.sqrt(sum);
    }

    static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    static double[] toDouble(float[] a) {
        double[] out = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            out[i] = a[i];
        }
        return out;
    }

    static void check(StructureQuery query, List<Neighbour> neighbours) {
        if (neighbours.isEmpty()) {
            throw new IllegalArgumentException(
                    "no neighbour to aggregate: the database is empty or its filter accepts nothing");
        }
        int dimension = query.embedding().length;
        for (Neighbour n : neighbours) {
            if (n.entry().embedding().length != dimension) {
                throw new IllegalArgumentException("entry " + n.entry().id() + " has an embedding of length "
                        + n.entry().embedding().length + ", the query has " + dimension
                        + ": the database was made by another encoder");
            }
        }
    }
}
