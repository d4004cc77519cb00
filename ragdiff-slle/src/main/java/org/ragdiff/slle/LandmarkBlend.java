package org.ragdiff.slle;

import java.util.List;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;

/** Silhouette landmarks out of weighted neighbours. Stateless. */
final class LandmarkBlend {
    private LandmarkBlend() {}

    /** Σ wᵢ·fieldᵢ; its zero level is the blended outline. */
    static SignedDistanceField fields(List<Neighbour> neighbours, double[] weights) {
        int side = commonSide(neighbours);
        double[] sum = new double[side * side];
        for (int i = 0; i < weights.length; i++) {
            float[] field = neighbours.get(i).entry().field().toArray();
            for (int p = 0; p < sum.length; p++) {
                sum[p] += weights[i] * field[p];
            }
        }
        return toField(side, sum);
    }

    /** The cells where Σ wᵢ·maskᵢ exceeds one half. */
    static SignedDistanceField masks(List<Neighbour> neighbours, double[] weights) {
        int side = commonSide(neighbours);
        double[] sum = new double[side * side];
        for (int i = 0; i < weights.length; i++) {
            float[] field = neighbours.get(i).entry().field().toArray();
            for (int p = 0; p < sum.length; p++) {
                sum[p] += field[p] < 0 ? weights[i] : 0;
            }
        }
        boolean[] inside = new boolean[sum.length];
        for (int p = 0; p < inside.length; p++) {
            inside[p] = sum[p] > 0.5;
        }
        return SignedDistanceField.of(new Silhouette(side, side, inside));
    }

    /** The field of the neighbour of the largest inner product with the fused embedding. */
    static SignedDistanceField nearest(List<Neighbour> neighbours, float[] embedding) {
        SignedDistanceField best = null;
        double bestSimilarity = Double.NEGATIVE_INFINITY;
        for (Neighbour n : neighbours) {
            double similarity = EmbeddingBlend.dot(embedding, n.entry().embedding());
            if (similarity > bestSimilarity) {
                bestSimilarity = similarity;
                best = n.entry().field();
            }
        }
        return best;
    }

    /** (1 − share)·field + share·decoded. */
    static SignedDistanceField mix(SignedDistanceField field, SignedDistanceField decoded, double share) {
        float[] a = field.toArray();
        float[] b = decoded.resize(field.side()).toArray();
        double[] sum = new double[a.length];
        for (int p = 0; p < a.length; p++) {
            sum[p] = (1 - share) * a[p] + share * b[p];
        }
        return toField(field.side(), sum);
    }

    static boolean isEmpty(SignedDistanceField field) {
        for (int y = 0; y < field.side(); y++) {
            for (int x = 0; x < field.side(); x++) {
                if (field.at(x, y) < 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private static SignedDistanceField toField(int side, double[] values) {
        float[] out = new float[values.length];
        for (int p = 0; p < out.length; p++) {
            out[p] = (float) Math.max(-1, Math.min(1, values[p]));
        }
        return new SignedDistanceField(side, out);
    }

    private static int commonSide(List<Neighbour> neighbours) {
        int side = neighbours.get(0).entry().field().side();
        for (Neighbour n : neighbours) {
            if (n.entry().field().side() != side) {
                throw new IllegalArgumentException("entry " + n.entry().id() + " has a field of side "
                        + n.entry().field().side() + ", others have " + side
                        + ": fields of one database must have one side");
            }
        }
        return side;
    }
}
