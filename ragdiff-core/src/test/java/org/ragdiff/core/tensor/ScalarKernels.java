package org.ragdiff.core.tensor;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Every operation as plain loops with double sums, straight from its definition: slow, and obviously right.
 * For tests of networks and, beside it, of the providers.
 */
public final class ScalarKernels implements Kernels {
    private static final double GELU = 1 / Math.sqrt(2);

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public Precision precision() {
        return Precision.F32;
    }

    private static float[] read(INDArray a) {
        return HostArrays.read(a);
    }

    private static int size(INDArray a, int d) {
        return Math.toIntExact(a.size(d));
    }

    // ---- convolution: one loop nest, three uses -----------------------------------------------------

    private interface Term {
        void at(int x, int w, int out);
    }

    private static void convolve(long[] x, long[] w, long[] out, Convolution g, Term term) {
        int ci = (int) x[3];
        int co = (int) w[0];
        int kh = (int) w[2];
        int kw = (int) w[3];
        for (int n = 0; n < out[0]; n++) {
            for (int oy = 0; oy < out[1]; oy++) {
                for (int ox = 0; ox < out[2]; ox++) {
                    int at = (int) (((n * out[1] + oy) * out[2] + ox) * co);
                    for (int ky = 0; ky < kh; ky++) {
                        int iy = oy * g.stride() - g.top() + ky;
                        for (int kx = 0; kx < kw; kx++) {
                            int ix = ox * g.stride() - g.left() + kx;
                            if (iy < 0 || ix < 0 || iy >= x[1] || ix >= x[2]) {
                                continue;
                            }
                            int from = (int) (((n * x[1] + iy) * x[2] + ix) * ci);
                            for (int o = 0; o < co; o++) {
                                for (int i = 0; i < ci; i++) {
                                    term.at(from + i, ((o * ci + i) * kh + ky) * kw + kx, at + o);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    @Override
    public void conv2d(INDArray x, INDArray w, INDArray bias, Convolution geometry, INDArray out) {
        float[] xs = read(x);
        float[] ws = read(w);
        double[] sum = new double[(int) out.length()];
        if (bias != null) {
            float[] b = read(bias);
            Arrays.setAll(sum, i -> b[i % b.length]);
        }
        convolve(x.shape(), w.shape(), out.shape(), geometry, (i, k, o) -> sum[o] += (double) xs[i] * ws[k]);
        write(out, sum);
    }

    @Override
    public void conv2dBackwardData(INDArray gradOut, INDArray w, Convolution geometry, INDArray gradX) {
        float[] g = read(gradOut);
        float[] ws = read(w);
        double[] sum = new double[(int) gradX.length()];
        convolve(gradX.shape(), w.shape(), gradOut.shape(), geometry, (i, k, o) -> sum[i] += (double) g[o] * ws[k]);
        write(gradX, sum);
    }

    @Override
    public void conv2dBackwardWeights(
            INDArray x, INDArray gradOut, Convolution geometry, INDArray gradW, INDArray gradBias) {
        float[] xs = read(x);
        float[] g = read(gradOut);
        double[] sum = new double[(int) gradW.length()];
        convolve(x.shape(), gradW.shape(), gradOut.shape(), geometry, (i, k, o) -> sum[k] += (double) xs[i] * g[o]);
        write(gradW, sum);
        if (gradBias != null) {
            columnSums(g, gradBias);
        }
    }

    private static void columnSums(float[] g, INDArray out) {
        double[] sum = new double[(int) out.length()];
        for (int i = 0; i < g.length; i++) {
            sum[i % sum.length] += g[i];
        }
        write(out, sum);
    }

    private static void write(INDArray out, double[] values) {
        float[] f = new float[values.length];
        for (int i = 0; i < f.length; i++) {
            f[i] = (float) values[i];
        }
        HostArrays.write(out, f);
    }

    // ---- products ------------------------------------------------------------------------------------

    @Override
    public void matmul(INDArray a, boolean transposeA, INDArray b, boolean transposeB, float alpha, INDArray out) {
        int r = out.rank();
        int batch = r == 3 ? size(out, 0) : 1;
        int m = size(out, r - 2);
        int n = size(out, r - 1);
        int k = size(a, transposeA ? r - 2 : r - 1);
        float[] as = read(a);
        float[] bs = read(b);
        double[] c = new double[batch * m * n];
        for (int q = 0; q < batch; q++) {
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int l = 0; l < k; l++) {
                        sum += (double) as[q * m * k + (transposeA ? l * m + i : i * k + l)]
                                * bs[q * k * n + (transposeB ? j * k + l : l * n + j)];
                    }
                    c[(q * m + i) * n + j] = alpha * sum;
                }
            }
        }
        write(out, c);
    }

    @Override
    public void linear(INDArray x, INDArray w, INDArray bias, INDArray out) {
        matmul(x, false, w, true, 1, out);
        if (bias != null) {
            float[] y = read(out);
            float[] b = read(bias);
            for (int i = 0; i < y.length; i++) {
                y[i] += b[i % b.length];
            }
            HostArrays.write(out, y);
        }
    }

    @Override
    public void linearBackwardWeights(INDArray x, INDArray gradOut, INDArray gradW, INDArray gradBias) {
        matmul(gradOut, true, x, false, 1, gradW);
        if (gradBias != null) {
            columnSums(read(gradOut), gradBias);
        }
    }

    // ---- attention -----------------------------------------------------------------------------------

    @Override
    public void attention(
            INDArray q, INDArray k, INDArray v, INDArray kRef, INDArray vRef, int heads, float scale, INDArray out) {
        Attending a = new Attending(q, k, v, kRef, vRef, heads, scale);
        double[] o = new double[a.q.length];
        a.each((at, p) -> {
            for (int j = 0; j < p.length; j++) {
                int from = a.key(at, j);
                for (int d = 0; d < a.head; d++) {
                    o[at + d] += p[j] * a.v[from + d];
                }
            }
        });
        write(out, o);
    }

    @Override
    public void attentionBackward(
            INDArray q,
            INDArray k,
            INDArray v,
            INDArray kRef,
            INDArray vRef,
            int heads,
            float scale,
            INDArray gradOut,
            INDArray gradQ,
            INDArray gradK,
            INDArray gradV,
            INDArray gradKRef,
            INDArray gradVRef) {
        Attending a = new Attending(q, k, v, kRef, vRef, heads, scale);
        float[] g = read(gradOut);
        double[] gq = new double[a.q.length];
        double[] gk = new double[a.k.length];
        double[] gv = new double[a.v.length];
        a.each((at, p) -> {
            double[] gp = new double[p.length];
            double dot = 0;
            for (int j = 0; j < p.length; j++) {
                int from = a.key(at, j);
                for (int d = 0; d < a.head; d++) {
                    gp[j] += (double) g[at + d] * a.v[from + d];
                    gv[from + d] += p[j] * g[at + d];
                }
                dot += gp[j] * p[j];
            }
            for (int j = 0; j < p.length; j++) {
                double gs = p[j] * (gp[j] - dot) * scale;
                int from = a.key(at, j);
                for (int d = 0; d < a.head; d++) {
                    gq[at + d] += gs * a.k[from + d];
                    gk[from + d] += gs * a.q[at + d];
                }
            }
        });
        write(gradQ, gq);
        a.split(gk, gradK, gradKRef);
        a.split(gv, gradV, gradVRef);
    }

    /** Own and reference keys laid one after the other for each sample. */
    private static final class Attending {
        final float[] q;
        final float[] k;
        final float[] v;
        final int n;
        final int queries;
        final int own;
        final int keys;
        final int channels;
        final int heads;
        final int head;
        final double scale;

        Attending(INDArray q, INDArray k, INDArray v, INDArray kRef, INDArray vRef, int heads, float scale) {
            this.q = read(q);
            n = size(q, 0);
            queries = size(q, 1);
            channels = size(q, 2);
            own = size(k, 1);
            keys = own + (kRef == null ? 0 : size(kRef, 1));
            this.k = join(k, kRef);
            this.v = join(v, vRef);
            this.heads = heads;
            head = channels / heads;
            this.scale = scale;
        }

        private float[] join(INDArray a, INDArray b) {
            float[] out = new float[n * keys * channels];
            float[] as = read(a);
            float[] bs = b == null ? new float[0] : read(b);
            for (int i = 0; i < n; i++) {
                System.arraycopy(as, i * own * channels, out, i * keys * channels, own * channels);
                int rest = (keys - own) * channels;
                System.arraycopy(bs, i * rest, out, (i * keys + own) * channels, rest);
            }
            return out;
        }

        void split(double[] g, INDArray a, INDArray b) {
            double[] as = new double[n * own * channels];
            double[] bs = new double[n * (keys - own) * channels];
            for (int i = 0; i < n; i++) {
                System.arraycopy(g, i * keys * channels, as, i * own * channels, own * channels);
                int rest = (keys - own) * channels;
                System.arraycopy(g, (i * keys + own) * channels, bs, i * rest, rest);
            }
            write(a, as);
            if (b != null) {
                write(b, bs);
            }
        }

        /** Where key j begins that the query at an offset meets: same sample, same head. */
        int key(int queryAt, int j) {
            int sample = queryAt / (queries * channels);
            return (sample * keys + j) * channels + queryAt % channels;
        }

        interface Row {
            void at(int queryAt, double[] probabilities);
        }

        void each(Row row) {
            for (int at = 0; at < q.length; at += head) {
                double[] p = new double[keys];
                double max = Double.NEGATIVE_INFINITY;
                for (int j = 0; j < keys; j++) {
                    int from = key(at, j);
                    for (int d = 0; d < head; d++) {
                        p[j] += (double) q[at + d] * k[from + d];
                    }
                    p[j] *= scale;
                    max = Math.max(max, p[j]);
                }
                double sum = 0;
                for (int j = 0; j < keys; j++) {
                    p[j] = Math.exp(p[j] - max);
                    sum += p[j];
                }
                for (int j = 0; j < keys; j++) {
                    p[j] /= sum;
                }
                row.at(at, p);
            }
        }
    }

    // ---- normalisation -------------------------------------------------------------------------------

    /** Values i of a group: those for which group(i) is the same. */
    private interface Grouping {
        int of(int i);
    }

    private static void normalise(float[] x, Grouping group, int groups, double eps, double[] mean, double[] rstd) {
        double[] square = new double[groups];
        int[] count = new int[groups];
        for (int i = 0; i < x.length; i++) {
            mean[group.of(i)] += x[i];
            count[group.of(i)]++;
        }
        for (int j = 0; j < groups; j++) {
            mean[j] /= count[j];
        }
        for (int i = 0; i < x.length; i++) {
            double d = x[i] - mean[group.of(i)];
            square[group.of(i)] += d * d;
        }
        for (int j = 0; j < groups; j++) {
            rstd[j] = 1 / Math.sqrt(square[j] / count[j] + eps);
        }
    }

    private static Grouping channelGroups(INDArray x, int groups) {
        int c = size(x, x.rank() - 1);
        int perSample = (int) (x.length() / x.size(0));
        return i -> i / perSample * groups + i % c / (c / groups);
    }

    @Override
    public void groupNorm(
            INDArray x,
            INDArray gamma,
            INDArray beta,
            int groups,
            float eps,
            Activation activation,
            INDArray out,
            INDArray mean,
            INDArray rstd) {
        double[] m = new double[(int) mean.length()];
        double[] r = new double[m.length];
        float[] xs = read(x);
        Grouping grouping = channelGroups(x, groups);
        normalise(xs, grouping, m.length, eps, m, r);
        affine(xs, grouping, m, r, gamma, beta, activation, out);
        write(mean, m);
        write(rstd, r);
    }

    private static void affine(
            float[] x,
            Grouping group,
            double[] mean,
            double[] rstd,
            INDArray gamma,
            INDArray beta,
            Activation activation,
            INDArray out) {
        float[] g = read(gamma);
        float[] b = read(beta);
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int j = group.of(i);
            y[i] = value(activation, (x[i] - mean[j]) * rstd[j] * g[i % g.length] + b[i % b.length]);
        }
        write(out, y);
    }

    private static void normBackward(
            float[] x,
            Grouping group,
            float[] mean,
            float[] rstd,
            INDArray gamma,
            float[] beta,
            Activation activation,
            INDArray gradOut,
            INDArray gradX,
            INDArray gradGamma,
            INDArray gradBeta) {
        float[] gm = read(gamma);
        float[] g = read(gradOut);
        int c = gm.length;
        double[] dg = new double[c];
        double[] db = new double[c];
        double[] sum = new double[mean.length];
        double[] sumHat = new double[mean.length];
        int[] count = new int[mean.length];
        double[] hat = new double[x.length];
        double[] up = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int j = group.of(i);
            hat[i] = (x[i] - mean[j]) * rstd[j];
            up[i] = g[i] * slope(activation, hat[i] * gm[i % c] + beta[i % c]);
            dg[i % c] += up[i] * hat[i];
            db[i % c] += up[i];
            up[i] *= gm[i % c];
            sum[j] += up[i];
            sumHat[j] += up[i] * hat[i];
            count[j]++;
        }
        double[] gx = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int j = group.of(i);
            gx[i] = rstd[j] * (up[i] - sum[j] / count[j] - hat[i] * sumHat[j] / count[j]);
        }
        write(gradX, gx);
        write(gradGamma, dg);
        write(gradBeta, db);
    }

    @Override
    public void groupNormBackward(
            INDArray x,
            INDArray gamma,
            INDArray beta,
            int groups,
            Activation activation,
            INDArray mean,
            INDArray rstd,
            INDArray gradOut,
            INDArray gradX,
            INDArray gradGamma,
            INDArray gradBeta) {
        normBackward(
                read(x),
                channelGroups(x, groups),
                read(mean),
                read(rstd),
                gamma,
                read(beta),
                activation,
                gradOut,
                gradX,
                gradGamma,
                gradBeta);
    }

    @Override
    public void layerNorm(
            INDArray x, INDArray gamma, INDArray beta, float eps, INDArray out, INDArray mean, INDArray rstd) {
        int c = size(x, 1);
        double[] m = new double[size(x, 0)];
        double[] r = new double[m.length];
        float[] xs = read(x);
        normalise(xs, i -> i / c, m.length, eps, m, r);
        affine(xs, i -> i / c, m, r, gamma, beta, Activation.NONE, out);
        write(mean, m);
        write(rstd, r);
    }

    @Override
    public void layerNormBackward(
            INDArray x,
            INDArray gamma,
            INDArray mean,
            INDArray rstd,
            INDArray gradOut,
            INDArray gradX,
            INDArray gradGamma,
            INDArray gradBeta) {
        int c = size(x, 1);
        normBackward(
                read(x),
                i -> i / c,
                read(mean),
                read(rstd),
                gamma,
                new float[c],
                Activation.NONE,
                gradOut,
                gradX,
                gradGamma,
                gradBeta);
    }

    @Override
    public void softmax(INDArray x, INDArray out) {
        int c = size(x, 1);
        float[] xs = read(x);
        double[] y = new double[xs.length];
        for (int from = 0; from < xs.length; from += c) {
            double max = Double.NEGATIVE_INFINITY;
            double sum = 0;
            for (int i = from; i < from + c; i++) {
                max = Math.max(max, xs[i]);
            }
            for (int i = from; i < from + c; i++) {
                y[i] = Math.exp(xs[i] - max);
                sum += y[i];
            }
            for (int i = from; i < from + c; i++) {
                y[i] /= sum;
            }
        }
        write(out, y);
    }

    @Override
    public void softmaxBackward(INDArray out, INDArray gradOut, INDArray gradX) {
        int c = size(out, 1);
        float[] y = read(out);
        float[] g = read(gradOut);
        double[] gx = new double[y.length];
        for (int from = 0; from < y.length; from += c) {
            double dot = 0;
            for (int i = from; i < from + c; i++) {
                dot += (double) g[i] * y[i];
            }
            for (int i = from; i < from + c; i++) {
                gx[i] = y[i] * (g[i] - dot);
            }
        }
        write(gradX, gx);
    }

    // ---- elementwise ---------------------------------------------------------------------------------

    private static double value(Activation a, double x) {
        return switch (a) {
            case NONE -> x;
            case SILU -> x / (1 + Math.exp(-x));
            case GELU -> x * phi(x);
            case GELU_TANH -> 0.5 * x * (1 + Math.tanh(geluArgument(x)));
            case RELU -> Math.max(x, 0);
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case TANH -> Math.tanh(x);
        };
    }

    private static double geluArgument(double x) {
        return Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
    }

    private static double slope(Activation a, double x) {
        return switch (a) {
            case NONE -> 1;
            case SILU -> {
                double s = 1 / (1 + Math.exp(-x));
                yield s * (1 + x * (1 - s));
            }
            case GELU -> phi(x) + x * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
            case GELU_TANH -> {
                double t = Math.tanh(geluArgument(x));
                yield 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
            }
            case RELU -> x > 0 ? 1 : 0;
            case SIGMOID -> {
                double s = 1 / (1 + Math.exp(-x));
                yield s * (1 - s);
            }
            case TANH -> 1 - Math.tanh(x) * Math.tanh(x);
        };
    }

    private static double phi(double x) {
        return 0.5 * (1 + org.apache.commons.math3.special.Erf.erf(x * GELU));
    }

    @Override
    public void activate(Activation activation, INDArray x, INDArray out) {
        float[] xs = read(x);
        double[] y = new double[xs.length];
        Arrays.setAll(y, i -> value(activation, xs[i]));
        write(out, y);
    }

    @Override
    public void activateBackward(Activation activation, INDArray x, INDArray gradOut, INDArray gradX) {
        float[] xs = read(x);
        float[] g = read(gradOut);
        double[] y = new double[xs.length];
        Arrays.setAll(y, i -> g[i] * slope(activation, xs[i]));
        write(gradX, y);
    }

    @Override
    public void geglu(INDArray x, INDArray out) {
        int c = size(out, 1);
        float[] xs = read(x);
        double[] y = new double[(int) out.length()];
        for (int i = 0; i < y.length; i++) {
            int at = i / c * 2 * c + i % c;
            y[i] = xs[at] * value(Activation.GELU, xs[at + c]);
        }
        write(out, y);
    }

    @Override
    public void gegluBackward(INDArray x, INDArray gradOut, INDArray gradX) {
        int c = size(gradOut, 1);
        float[] xs = read(x);
        float[] g = read(gradOut);
        double[] gx = new double[xs.length];
        for (int i = 0; i < g.length; i++) {
            int at = i / c * 2 * c + i % c;
            gx[at] = g[i] * value(Activation.GELU, xs[at + c]);
            gx[at + c] = g[i] * xs[at] * slope(Activation.GELU, xs[at + c]);
        }
        write(gradX, gx);
    }

    @Override
    public void axpby(float alpha, INDArray a, float beta, INDArray b, INDArray out) {
        float[] as = read(a);
        float[] bs = read(b);
        double[] y = new double[as.length];
        // A factor of zero ignores what may be uninitialised.
        Arrays.setAll(y, i -> (alpha == 0 ? 0 : (double) alpha * as[i]) + (beta == 0 ? 0 : (double) beta * bs[i]));
        write(out, y);
    }

    @Override
    public void multiply(INDArray a, INDArray b, INDArray out) {
        float[] as = read(a);
        float[] bs = read(b);
        double[] y = new double[as.length];
        Arrays.setAll(y, i -> (double) as[i] * bs[i]);
        write(out, y);
    }

    @Override
    public void addRow(INDArray x, INDArray row, INDArray out) {
        int t = size(x, 1);
        int c = size(x, 2);
        float[] xs = read(x);
        float[] r = read(row);
        double[] y = new double[xs.length];
        Arrays.setAll(y, i -> xs[i] + r[i / (t * c) * c + i % c]);
        write(out, y);
    }

    @Override
    public void sumTokens(INDArray x, INDArray out) {
        int t = size(x, 1);
        int c = size(x, 2);
        float[] xs = read(x);
        double[] y = new double[(int) out.length()];
        for (int i = 0; i < xs.length; i++) {
            y[i / (t * c) * c + i % c] += xs[i];
        }
        write(out, y);
    }

    @Override
    public double sumOfSquares(INDArray x) {
        double sum = 0;
        for (float v : read(x)) {
            sum += (double) v * v;
        }
        return sum;
    }

    // ---- shape ---------------------------------------------------------------------------------------

    /** Where the half-resolution cell of element i of [N, 2h, 2w, C] lies. */
    private static int half(int i, int h2, int w2, int c) {
        int channel = i % c;
        int x = i / c % w2;
        int y = i / c / w2 % h2;
        int n = i / c / w2 / h2;
        return ((n * (h2 / 2) + y / 2) * (w2 / 2) + x / 2) * c + channel;
    }

    private static void spread(INDArray small, INDArray large, double factor) {
        float[] s = read(small);
        double[] y = new double[(int) large.length()];
        Arrays.setAll(y, i -> factor * s[half(i, size(large, 1), size(large, 2), size(large, 3))]);
        write(large, y);
    }

    private static void gather(INDArray large, INDArray small, double factor) {
        float[] l = read(large);
        double[] y = new double[(int) small.length()];
        for (int i = 0; i < l.length; i++) {
            y[half(i, size(large, 1), size(large, 2), size(large, 3))] += factor * l[i];
        }
        write(small, y);
    }

    @Override
    public void upsample2x(INDArray x, INDArray out) {
        spread(x, out, 1);
    }

    @Override
    public void upsample2xBackward(INDArray gradOut, INDArray gradX) {
        gather(gradOut, gradX, 1);
    }

    @Override
    public void averagePool2x(INDArray x, INDArray out) {
        gather(x, out, 0.25);
    }

    @Override
    public void averagePool2xBackward(INDArray gradOut, INDArray gradX) {
        spread(gradOut, gradX, 0.25);
    }

    @Override
    public void copyChannels(INDArray source, int from, INDArray target, int to, int count) {
        float[] s = read(source);
        float[] t = read(target);
        int cs = size(source, 1);
        int ct = size(target, 1);
        for (int r = 0; r < size(source, 0); r++) {
            System.arraycopy(s, r * cs + from, t, r * ct + to, count);
        }
        HostArrays.write(target, t);
    }

    @Override
    public void swapMiddle(INDArray x, INDArray out) {
        float[] s = read(x);
        float[] t = new float[s.length];
        int d = size(x, 3);
        for (int a = 0; a < size(x, 0); a++) {
            for (int b = 0; b < size(x, 1); b++) {
                for (int c = 0; c < size(x, 2); c++) {
                    int from = ((a * size(x, 1) + b) * size(x, 2) + c) * d;
                    System.arraycopy(s, from, t, ((a * size(x, 2) + c) * size(x, 1) + b) * d, d);
                }
            }
        }
        HostArrays.write(out, t);
    }

    // ---- optimiser -----------------------------------------------------------------------------------

    @Override
    public void adamW(INDArray parameter, INDArray gradient, INDArray m, INDArray v, AdamWStep s, float gradScale) {
        float[] p = read(parameter);
        float[] g = read(gradient);
        float[] ms = read(m);
        float[] vs = read(v);
        double c1 = 1 - Math.pow(s.beta1(), s.step());
        double c2 = 1 - Math.pow(s.beta2(), s.step());
        for (int i = 0; i < p.length; i++) {
            double d = (double) g[i] * gradScale;
            ms[i] = (float) (s.beta1() * ms[i] + (1 - s.beta1()) * d);
            vs[i] = (float) (s.beta2() * vs[i] + (1 - s.beta2()) * d * d);
            double decayed = p[i] * (1 - (double) s.learningRate() * s.weightDecay());
            p[i] = (float) (decayed - s.learningRate() * (ms[i] / c1) / (Math.sqrt(vs[i] / c2) + s.eps()));
        }
        HostArrays.write(parameter, p);
        HostArrays.write(m, ms);
        HostArrays.write(v, vs);
    }

    @Override
    public void close() {}
}
