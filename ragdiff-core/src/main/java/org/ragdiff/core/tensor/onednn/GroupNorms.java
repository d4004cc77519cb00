package org.ragdiff.core.tensor.onednn;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/**
 * Group normalisation (Wu and He 2018), composed of channel-wise passes over one sample each and a little
 * arithmetic on [N, C] statistics between them. oneDNN's own primitive takes several times as long forward
 * and a hundred times backward. Variances of groups are combined from those of channels, so that a large
 * mean does not cancel. Stateless.
 */
final class GroupNorms {
    private final ExecutionState s;
    private final int n;
    private final int t;
    private final int c;
    private final int groups;
    private final int width;

    private GroupNorms(ExecutionState s, INDArray x, int groups) {
        this.s = s;
        this.n = Math.toIntExact(x.size(0));
        this.c = Math.toIntExact(x.size(x.rank() - 1));
        this.t = Math.toIntExact(x.length() / n / c);
        this.groups = groups;
        this.width = c / groups;
    }

    /** Arrays [N, C] side by side in scratch memory. */
    private long table(int index) {
        return s.workspace().floats(Slot.STATISTICS, 6L * n * c) + (long) index * n * c * Float.BYTES;
    }

    private long row(int table, int sample) {
        return table(table) + (long) sample * c * Float.BYTES;
    }

    private long sample(long base, int sample) {
        return base + (long) sample * t * c * Float.BYTES;
    }

    static void forward(
            ExecutionState s,
            INDArray x,
            INDArray gamma,
            INDArray beta,
            int groups,
            float eps,
            Activation activation,
            INDArray out,
            INDArray mean,
            INDArray rstd) {
        GroupNorms g = new GroupNorms(s, x, groups);
        float[][] statistics = g.statistics(RawAddress.of(x), RawAddress.of(out), eps);
        HostArrays.write(mean, statistics[0]);
        HostArrays.write(rstd, statistics[1]);
        g.normalise(RawAddress.of(x), HostArrays.read(gamma), RawAddress.of(beta), statistics, RawAddress.of(out));
        if (activation != Activation.NONE) {
            Elementwise.forward(s, activation, RawAddress.of(out), x.length(), RawAddress.of(out));
        }
    }

    /** Mean and rstd [N, groups]. */
    private float[][] statistics(long x, long scratch, float eps) {
        for (int i = 0; i < n; i++) {
            ChannelNorms.statistics(s, sample(x, i), t, c, row(0, i), row(1, i), sample(scratch, i));
        }
        float[] means = new float[n * c];
        float[] variances = new float[n * c];
        Workspace.read(table(0), means);
        Workspace.read(table(1), variances);
        float[] mean = new float[n * groups];
        float[] rstd = new float[n * groups];
        for (int g = 0; g < n * groups; g++) {
            double sum = 0;
            for (int i = g * width; i < (g + 1) * width; i++) {
                sum += means[i];
            }
            double m = sum / width;
            double squares = 0;
            for (int i = g * width; i < (g + 1) * width; i++) {
                squares += variances[i] + (means[i] - m) * (means[i] - m);
            }
            mean[g] = (float) m;
            rstd[g] = (float) (1 / Math.sqrt(squares / width + eps));
        }
        return new float[][] {mean, rstd};
    }

    /** out = (x − mean) · rstd · gamma + beta. */
    private void normalise(long x, float[] gamma, long beta, float[][] statistics, long out) {
        float[] mean = new float[n * c];
        float[] scale = new float[n * c];
        for (int i = 0; i < n * c; i++) {
            mean[i] = statistics[0][i / width];
            scale[i] = statistics[1][i / width] * gamma[i % c];
        }
        Workspace.write(table(0), mean);
        Workspace.write(table(1), scale);
        long ones = s.workspace().ones(c);
        for (int i = 0; i < n; i++) {
            ChannelNorms.affine(s, sample(x, i), t, c, row(0, i), ones, row(1, i), beta, sample(out, i));
        }
    }

    static void backward(
            ExecutionState s,
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
        GroupNorms g = new GroupNorms(s, x, groups);
        long map = x.length();
        float[] scale = HostArrays.read(gamma);
        float[][] statistics = {HostArrays.read(mean), HostArrays.read(rstd)};
        long from = RawAddress.of(x);
        long grad = RawAddress.of(gradOut);
        long scratch = s.workspace().floats(Slot.MAP_A, map);
        if (activation != Activation.NONE) {
            g.normalise(from, scale, RawAddress.of(beta), statistics, scratch);
            long inner = s.workspace().floats(Slot.MAP_B, map);
            Elementwise.backward(s, activation, scratch, grad, map, inner);
            grad = inner;
        }
        g.backward(
                from,
                grad,
                RawAddress.of(gamma),
                scale,
                statistics,
                RawAddress.of(gradX),
                scratch,
                gradGamma,
                gradBeta);
    }

    private void backward(
            long x,
            long grad,
            long gamma,
            float[] scale,
            float[][] statistics,
            long gradX,
            long scratch,
            INDArray gradGamma,
            INDArray gradBeta) {
        float[] mean = new float[n * c];
        float[] variance = new float[n * c];
        for (int i = 0; i < n * c; i++) {
            mean[i] = statistics[0][i / width];
            float r = statistics[1][i / width];
            variance[i] = 1 / (r * r);
        }
        Workspace.write(table(0), mean);
        Workspace.write(table(1), variance);
        for (int i = 0; i < n; i++) {
            ChannelNorms.backward(
                    s,
                    sample(x, i),
                    sample(grad, i),
                    t,
                    c,
                    row(0, i),
                    row(1, i),
                    gamma,
                    sample(gradX, i),
                    row(2, i),
                    row(3, i));
        }
        float[] gradScale = new float[n * c];
        float[] gradShift = new float[n * c];
        Workspace.read(table(2), gradScale);
        Workspace.read(table(3), gradShift);
        throughStatistics(x, scale, statistics[1], gradScale, gradShift, scratch);
        Elementwise.add(s, gradX, scratch, (long) n * t * c, gradX);
        HostArrays.write(gradGamma, overSamples(gradScale));
        HostArrays.write(gradBeta, overSamples(gradShift));
    }

    /** out = −rstd · (mean of g·gamma + x̂ · mean of g·gamma·x̂): the path through mean and variance. */
    private void throughStatistics(
            long x, float[] scale, float[] rstd, float[] gradScale, float[] gradShift, long out) {
        float[] factor = new float[n * c];
        float[] shift = new float[n * c];
        double count = (double) t * width;
        for (int g = 0; g < n * groups; g++) {
            double a = 0;
            double b = 0;
            for (int i = g * width; i < (g + 1) * width; i++) {
                a += (double) scale[i % c] * gradShift[i];
                b += (double) scale[i % c] * gradScale[i];
            }
            double r = rstd[g];
            Arrays.fill(factor, g * width, (g + 1) * width, (float) (-r * r * b / count));
            Arrays.fill(shift, g * width, (g + 1) * width, (float) (-r * a / count));
        }
        Workspace.write(table(4), factor);
        Workspace.write(table(5), shift);
        long ones = s.workspace().ones(c);
        for (int i = 0; i < n; i++) {
            ChannelNorms.affine(s, sample(x, i), t, c, row(0, i), ones, row(4, i), row(5, i), sample(out, i));
        }
    }

    private float[] overSamples(float[] values) {
        float[] sum = new float[c];
        for (int i = 0; i < values.length; i++) {
            sum[i % c] += values[i];
        }
        return sum;
    }
}
