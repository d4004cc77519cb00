package org.ragdiff.retrieval.structurenet;

import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Products;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Symmetric InfoNCE (van den Oord et al. 2018) with CLIP's learned scale (Radford et al. 2021) and soft
 * targets: the mean of both directions' cross-entropies of softmax(scale · a·bᵀ). Stateless.
 */
final class ContrastiveLoss {
    /** The scale's bound, as CLIP has it. */
    static final double MAX_SCALE = 100;

    private ContrastiveLoss() {}

    /**
     * @param a unit rows [B, D]
     * @param b unit rows [B, D]; row i belongs to row i of a
     * @param logScale logarithm of the scale, [1]
     * @param rows targets of a's rows over b's, B · B; each row sums to 1
     * @param columns targets of b's rows over a's, B · B, row-major by b; each row sums to 1
     */
    static Var of(Tape t, Var a, Var b, Var logScale, float[] rows, float[] columns) {
        return ofCosines(t, Products.innerProducts(t, a, b, 1), logScale, rows, columns);
    }

    /**
     * With more candidates than rows.
     *
     * @param cosines [B, C] with C at least B; candidate i belongs to row i
     * @param logScale logarithm of the scale, [1]
     * @param rows targets of the rows over the candidates, B · C; those that are not negative sum to 1 in each row,
     *     and a candidate with a negative one is left out
     * @param columns targets of the first B candidates over the rows, B · B, row-major by candidate, in the same way
     */
    static Var ofCosines(Tape t, Var cosines, Var logScale, float[] rows, float[] columns) {
        int n = Math.toIntExact(cosines.size(0));
        int all = Math.toIntExact(cosines.size(1));
        if (all < n || rows.length != n * all || columns.length != n * n) {
            throw new IllegalArgumentException("contrastive loss of " + n + " and " + all + " rows with " + rows.length
                    + " and " + columns.length + " targets, expected " + n * all + " and " + n * n);
        }
        double raw = Math.exp(logScale.item());
        double scale = Math.min(raw, MAX_SCALE);
        float[] cos = HostArrays.read(cosines.value());
        double[] gradient = new double[n * all];
        double loss = direction(cos, scale, rows, n, all, all, 1, gradient)
                + direction(cos, scale, columns, n, n, 1, all, gradient);
        float[] byCosine = new float[n * all];
        double byLogScale = 0;
        for (int i = 0; i < gradient.length; i++) {
            double g = gradient[i] / (2 * n);
            byCosine[i] = (float) (g * scale);
            byLogScale += g * scale * cos[i];
        }
        float[] scaleGradient = {raw > MAX_SCALE ? 0 : (float) byLogScale};
        return HostLoss.record(t, loss / (2 * n), new float[][] {byCosine, scaleGradient}, cosines, logScale);
    }

    /** Sum over n rows (stride {@code major}) of the cross-entropy over c candidates (stride {@code minor}). */
    private static double direction(
            float[] cos, double scale, float[] targets, int n, int c, int major, int minor, double[] gradient) {
        double loss = 0;
        double[] exp = new double[c];
        for (int i = 0; i < n; i++) {
            double max = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < c; j++) {
                if (targets[i * c + j] >= 0) {
                    max = Math.max(max, scale * cos[i * major + j * minor]);
                }
            }
            double sum = 0;
            for (int j = 0; j < c; j++) {
                exp[j] = targets[i * c + j] < 0 ? 0 : Math.exp(scale * cos[i * major + j * minor] - max);
                sum += exp[j];
            }
            double log = max + Math.log(sum);
            for (int j = 0; j < c; j++) {
                float target = targets[i * c + j];
                if (target >= 0) {
                    int at = i * major + j * minor;
                    loss += target * (log - scale * cos[at]);
                    gradient[at] += exp[j] / sum - target;
                }
            }
        }
        return loss;
    }
}
