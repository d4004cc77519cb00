package org.ragdiff.core.tensor.onednn;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/**
 * Group normalisation (Wu and He 2018), composed of pointwise passes, sums over tokens and a little
 * arithmetic on [N, C] statistics between them: oneDNN's own primitive takes several times as long. All passes go over a few samples before the next ones, which then lie in the
 * cache. Variances are taken around the channels' means, so that a large mean does not cancel.
 * One object serves one call.
 */
final class GroupNorms {
    private static final long CACHED_BYTES = 2L << 20;

    private final ExecutionState s;
    private final int n;
    private final int t;
    private final int c;
    private final int groups;
    private final int width;
    private final int chunk;
    private final float[] gamma;
    private final float[] beta;
    private final Activation activation;

    private GroupNorms(ExecutionState s, INDArray x, INDArray gamma, INDArray beta, int groups, Activation activation) {
        this.s = s;
        this.n = Math.toIntExact(x.size(0));
        this.c = Math.toIntExact(x.size(x.rank() - 1));
        this.t = Math.toIntExact(x.length() / n / c);
        this.groups = groups;
        this.width = c / groups;
        this.chunk = (int) Math.max(1, Math.min(n, CACHED_BYTES / (map() * Float.BYTES)));
        this.gamma = HostArrays.read(gamma);
        this.beta = HostArrays.read(beta);
        this.activation = activation;
    }

    private long map() {
        return (long) t * c;
    }

    /** Sample i of [N, T, C]. */
    private long sample(long base, int i) {
        return base + i * map() * Float.BYTES;
    }

    /** A value for each channel of the samples at hand, in scratch memory. */
    private long table(int index, float[] values) {
        long address = s.workspace().floats(Slot.STATISTICS, 3L * chunk * c) + (long) index * chunk * c * Float.BYTES;
        Workspace.write(address, values);
        return address;
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
        GroupNorms g = new GroupNorms(s, x, gamma, beta, groups, activation);
        float[] means = new float[g.n * groups];
        float[] rstds = new float[g.n * groups];
        for (int from = 0; from < g.n; from += g.chunk) {
            int count = Math.min(g.chunk, g.n - from);
            RowOperations rows = new RowOperations(s, count, g.t, g.c);
            long source = g.sample(RawAddress.of(x), from);
            long target = g.sample(RawAddress.of(out), from);
            g.statistics(rows, source, target, eps, means, rstds, from * groups);
            g.normalise(rows, source, means, rstds, from * groups, activation == Activation.SILU, target);
        }
        HostArrays.write(mean, means);
        HostArrays.write(rstd, rstds);
    }

    /** Means and reciprocal deviations of groups, written from element {@code at} on. */
    private void statistics(RowOperations rows, long x, long scratch, float eps, float[] means, float[] rstds, int at) {
        int count = (int) rows.n();
        double[] m = Sums.overTokens(s, x, count, t, c);
        float[] centre = new float[count * c];
        for (int i = 0; i < centre.length; i++) {
            m[i] /= t;
            centre[i] = (float) m[i];
        }
        rows.squaredDistance(x, table(0, centre), scratch);
        double[] v = Sums.overTokens(s, scratch, count, t, c);
        for (int g = 0; g < count * groups; g++) {
            double sum = 0;
            for (int i = g * width; i < (g + 1) * width; i++) {
                sum += m[i];
            }
            double mean = sum / width;
            double squares = 0;
            for (int i = g * width; i < (g + 1) * width; i++) {
                squares += v[i] / t + (m[i] - mean) * (m[i] - mean);
            }
            means[at + g] = (float) mean;
            rstds[at + g] = (float) (1 / Math.sqrt(squares / width + eps));
        }
    }

    /** out = (x − mean) · rstd · gamma + beta, then SiLU if asked for. */
    private void normalise(RowOperations rows, long x, float[] means, float[] rstds, int at, boolean silu, long out) {
        float[] factor = new float[(int) rows.n() * c];
        float[] offset = new float[factor.length];
        for (int i = 0; i < factor.length; i++) {
            int g = at + i / width;
            double f = (double) rstds[g] * gamma[i % c];
            factor[i] = (float) f;
            offset[i] = (float) (beta[i % c] - means[g] * (double) factor[i]);
        }
        rows.multiply(x, table(0, factor), out);
        if (silu) {
            rows.addThenSilu(out, table(1, offset), out);
        } else {
            rows.add(out, table(1, offset), out);
        }
    }
}
