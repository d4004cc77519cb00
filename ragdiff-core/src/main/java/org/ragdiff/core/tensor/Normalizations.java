package org.ragdiff.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Differentiable normalisations. */
public final class Normalizations {
    private Normalizations() {}

    /** Group normalisation of [N, H, W, C] or [N, T, C], then NONE or SILU. */
    public static Var groupNorm(Tape t, Var x, Var gamma, Var beta, int groups, float eps, Activation activation) {
        INDArray out = t.allocate(x.shape());
        INDArray mean = t.allocate(x.size(0), groups);
        INDArray rstd = t.allocate(x.size(0), groups);
        t.kernels().groupNorm(x.value(), gamma.value(), beta.value(), groups, eps, activation, out, mean, rstd);
        return t.record(
                out,
                grad -> {
                    INDArray gx = t.allocate(x.shape());
                    INDArray gg = t.allocateGradient(gamma);
                    INDArray gb = t.allocateGradient(beta);
                    t.kernels()
                            .groupNormBackward(
                                    x.value(),
                                    gamma.value(),
                                    beta.value(),
                                    groups,
                                    activation,
                                    mean,
                                    rstd,
                                    grad,
                                    gx,
                                    gg,
                                    gb);
                    t.free(mean);
                    t.free(rstd);
                    t.accumulate(x, gx);
                    t.accumulate(gamma, gg);
                    t.accumulate(beta, gb);
                },
                x,
                gamma,
                beta);
    }

    /** Layer normalisation over the last dimension. */
    public static Var layerNorm(Tape t, Var x, Var gamma, Var beta, float eps) {
        long c = gamma.size(0);
        long rows = x.value().length() / c;
        INDArray out = t.allocate(x.shape());
        INDArray mean = t.allocate(rows);
        INDArray rstd = t.allocate(rows);
        INDArray x2 = x.value().reshape('c', rows, c);
        t.kernels().layerNorm(x2, gamma.value(), beta.value(), eps, out.reshape('c', rows, c), mean, rstd);
        return t.record(
                out,
                grad -> {
                    INDArray gx = t.allocate(x.shape());
                    INDArray gg = t.allocateGradient(gamma);
                    INDArray gb = t.allocateGradient(beta);
                    t.kernels()
                            .layerNormBackward(
                                    x2,
                                    gamma.value(),
                                    mean,
                                    rstd,
                                    grad.reshape('c', rows, c),
                                    gx.reshape('c', rows, c),
                                    gg,
                                    gb);
                    t.free(mean);
                    t.free(rstd);
                    t.accumulate(x, gx);
                    t.accumulate(gamma, gg);
                    t.accumulate(beta, gb);
                },
                x,
                gamma,
                beta);
    }

    /** Rows of x [M, C] divided by their Euclidean length; a row of zeros stays zero. */
    public static Var unitRows(Tape t, Var x) {
        int m = Math.toIntExact(x.size(0));
        int c = Math.toIntExact(x.size(1));
        float[] y = HostArrays.read(x.value());
        float[] inverse = new float[m];
        for (int i = 0; i < m; i++) {
            double sum = 0;
            for (int j = 0; j < c; j++) {
                sum += (double) y[i * c + j] * y[i * c + j];
            }
            inverse[i] = sum == 0 ? 0 : (float) (1 / Math.sqrt(sum));
            for (int j = 0; j < c; j++) {
                y[i * c + j] *= inverse[i];
            }
        }
        INDArray out = t.allocate(x.shape());
        HostArrays.write(out, y);
        return t.record(
                out,
                grad -> {
                    float[] g = HostArrays.read(grad);
                    for (int i = 0; i < m; i++) {
                        double dot = 0;
                        for (int j = 0; j < c; j++) {
                            dot += (double) g[i * c + j] * y[i * c + j];
                        }
                        for (int j = 0; j < c; j++) {
                            g[i * c + j] = (float) ((g[i * c + j] - dot * y[i * c + j]) * inverse[i]);
                        }
                    }
                    INDArray gx = t.allocate(x.shape());
                    HostArrays.write(gx, g);
                    t.accumulate(x, gx);
                },
                x);
    }
}
