package org.ragdiff.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Differentiable losses, each a scalar mean, computed with double-precision sums. */
public final class Losses {
    private Losses() {}

    /** Mean of weight · (x − target)², the weight one for each sample (first dimension) or null for 1. */
    public static Var meanSquaredError(Tape t, Var x, INDArray target, float[] sampleWeights) {
        return pointwise(t, x, target, sampleWeights, d -> d * d, d -> 2 * d);
    }

    /** Mean of |x − target|. */
    public static Var meanAbsoluteError(Tape t, Var x, INDArray target) {
        return pointwise(t, x, target, null, Math::abs, Math::signum);
    }

    /** Huber's loss as torch.nn.SmoothL1Loss defines it: quadratic below {@code beta}, linear above. */
    public static Var smoothL1(Tape t, Var x, INDArray target, float beta) {
        return pointwise(
                t,
                x,
                target,
                null,
                d -> Math.abs(d) < beta ? 0.5f * d * d / beta : Math.abs(d) - 0.5f * beta,
                d -> Math.abs(d) < beta ? d / beta : Math.signum(d));
    }

    private interface Curve {
        float at(float difference);
    }

    private static Var pointwise(Tape t, Var x, INDArray target, float[] weights, Curve value, Curve slope) {
        if (x.value().length() != target.length()) {
            throw new IllegalArgumentException("loss of " + java.util.Arrays.toString(x.shape()) + " against target "
                    + java.util.Arrays.toString(target.shape()));
        }
        float[] a = HostArrays.read(x.value());
        float[] b = HostArrays.read(target);
        int perSample = weights == null ? a.length : a.length / weights.length;
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            float w = weights == null ? 1 : weights[i / perSample];
            a[i] -= b[i];
            sum += w * value.at(a[i]);
        }
        int n = a.length;
        return scalar(t, sum / n, x, up -> {
            float[] g = b;
            for (int i = 0; i < n; i++) {
                float w = weights == null ? up : up * weights[i / perSample];
                g[i] = w * slope.at(a[i]) / n;
            }
            return g;
        });
    }

    /**
     * Cross-entropy of rows of logits [M, C] against soft targets, averaged over rows; a row whose targets
     * are all zero does not count.
     *
     * @param targets M · C, row-major, rows sum to 1 or 0
     */
    public static Var crossEntropy(Tape t, Var logits, float[] targets) {
        int c = Math.toIntExact(logits.size(1));
        int m = Math.toIntExact(logits.size(0));
        if (targets.length != m * c) {
            throw new IllegalArgumentException(targets.length + " targets for logits [" + m + ", " + c + "]");
        }
        float[] p = HostArrays.read(logits.value());
        double loss = 0;
        int rows = 0;
        boolean[] counts = new boolean[m];
        for (int i = 0; i < m; i++) {
            double max = Double.NEGATIVE_INFINITY;
            for (int j = i * c; j < i * c + c; j++) {
                max = Math.max(max, p[j]);
                counts[i] |= targets[j] != 0;
            }
            double sum = 0;
            for (int j = i * c; j < i * c + c; j++) {
                sum += Math.exp(p[j] - max);
            }
            double log = max + Math.log(sum);
            for (int j = i * c; j < i * c + c; j++) {
                loss += targets[j] * (log - p[j]);
                p[j] = (float) Math.exp(p[j] - log);
            }
            rows += counts[i] ? 1 : 0;
        }
        int counted = Math.max(1, rows);
        return scalar(t, loss / counted, logits, up -> {
            float[] g = new float[p.length];
            for (int i = 0; i < m; i++) {
                for (int j = i * c; counts[i] && j < i * c + c; j++) {
                    g[j] = up * (p[j] - targets[j]) / counted;
                }
            }
            return g;
        });
    }

    /** KL divergence of N(mean, exp(logVariance)) from N(0, 1), averaged over all elements. */
    public static Var klToStandardNormal(Tape t, Var mean, Var logVariance) {
        float[] mu = HostArrays.read(mean.value());
        float[] lv = HostArrays.read(logVariance.value());
        double sum = 0;
        for (int i = 0; i < mu.length; i++) {
            sum += 0.5 * ((double) mu[i] * mu[i] + Math.exp(lv[i]) - 1 - lv[i]);
        }
        int n = mu.length;
        INDArray out = t.allocate(1);
        HostArrays.writeScalar(out, sum / n);
        return t.record(
                out,
                grad -> {
                    float up = HostArrays.readScalar(grad);
                    float[] gm = new float[n];
                    float[] gv = new float[n];
                    for (int i = 0; i < n; i++) {
                        gm[i] = up * mu[i] / n;
                        gv[i] = (float) (up * 0.5 * (Math.exp(lv[i]) - 1) / n);
                    }
                    accumulate(t, mean, gm);
                    accumulate(t, logVariance, gv);
                },
                mean,
                logVariance);
    }

    /** Σ wᵢ·lossᵢ of scalars. */
    public static Var weightedSum(Tape t, float[] weights, Var... losses) {
        double sum = 0;
        for (int i = 0; i < losses.length; i++) {
            sum += weights[i] * losses[i].item();
        }
        INDArray out = t.allocate(1);
        HostArrays.writeScalar(out, sum);
        return t.record(
                out,
                grad -> {
                    for (int i = 0; i < losses.length; i++) {
                        accumulate(t, losses[i], new float[] {HostArrays.readScalar(grad) * weights[i]});
                    }
                },
                losses);
    }

    private interface HostGradient {
        float[] of(float up);
    }

    private static Var scalar(Tape t, double value, Var parent, HostGradient gradient) {
        INDArray out = t.allocate(1);
        HostArrays.writeScalar(out, value);
        return t.record(out, grad -> accumulate(t, parent, gradient.of(HostArrays.readScalar(grad))), parent);
    }

    private static void accumulate(Tape t, Var parent, float[] gradient) {
        if (parent.requiresGrad()) {
            INDArray g = t.allocate(parent.shape());
            HostArrays.write(g, gradient);
            t.accumulate(parent, g);
        }
    }
}
