package org.ragdiff.core.tensor.onednn;

import java.util.Arrays;
import org.ragdiff.core.tensor.Activation;

/**
 * Gradients of group normalisation, compiled. With b and s the sums over a channel's tokens of g and
 * g·(x − mean), and averages over a group, gradX = rstd·gamma·g − rstd·avg(gamma·b) − (x − mean)·rstd³·avg(gamma·s).
 * g comes through SiLU from the recomputed normalised map; the sums are products with rows of ones. All
 * passes go over a block of samples before the next one, which then lies in the cache, and see K tokens of C
 * channels as one of K·C, as oneDNN spends some time on each. Two passes that multiply and add are faster here
 * than one with the addition as a post-operation, and oneDNN's own primitive takes many times as long. Not thread-safe.
 */
final class GroupNormGradients implements PrimitiveCache.Compiled {
    /** As many samples are taken together as fit into a cache, each counted once. */
    private static final long TOGETHER = 1L << 20;
    /** Channels that a pass sees, at most, if a token has fewer. */
    private static final int WIDE = 512;
    /** Tokens that are added up in float32. */
    private static final int SHORT = 256;

    private final int n;
    private final int c;
    private final int groups;
    private final int width;
    private final double groupElements;
    private final long mapBytes;
    /** Tokens seen as one. */
    private final int tokens;
    /** Parts of a sample that are added up on their own. */
    private final int parts;

    private final int together;
    private final Part part;
    /** For the samples that are left, or null. */
    private final Part rest;

    private final float[] gamma;
    private final float[] beta;
    private final float[] mean;
    private final float[] rstd;
    /** Tables [N, tokens, C]. */
    private final float[] rows;

    private final float[] offsets;
    private final float[] partial;
    private final double[] gradScale;
    private final double[] gradShift;
    private final double[] gammaSum;
    private final double[] betaSum;
    private final RawFloats floats = new RawFloats();

    private GroupNormGradients(ExecutionState s, long n, long t, long c, int groups, Activation activation) {
        this.n = Math.toIntExact(n);
        this.c = Math.toIntExact(c);
        this.groups = groups;
        this.width = this.c / groups;
        this.groupElements = (double) t * width;
        this.mapBytes = t * c * Float.BYTES;
        int k = 1;
        while (2 * k * c <= WIDE && t % (2 * k) == 0) {
            k *= 2;
        }
        this.tokens = k;
        int p = 1;
        while (t / k / p > SHORT && t / k % (2L * p) == 0) {
            p *= 2;
        }
        this.parts = p;
        this.together = (int) Math.max(1, Math.min(n, TOGETHER / mapBytes));
        int left = this.n % together;
        this.part = new Part(together, t / k, k * c, p, activation);
        this.rest = left == 0 ? null : new Part(left, t / k, k * c, p, activation);
        s.workspace().ones(t / k / p);
        this.gamma = new float[this.c];
        this.beta = new float[this.c];
        this.mean = new float[together * groups];
        this.rstd = new float[together * groups];
        this.rows = new float[together * k * this.c];
        this.offsets = new float[rows.length];
        this.partial = new float[p * rows.length];
        this.gradScale = new double[together * this.c];
        this.gradShift = new double[together * this.c];
        this.gammaSum = new double[this.c];
        this.betaSum = new double[this.c];
    }

    /** Of [N, T, C] maps; the activation is NONE or SILU. */
    static GroupNormGradients compile(ExecutionState s, long n, long t, long c, int groups, Activation activation) {
        return new GroupNormGradients(s, n, t, c, groups, activation);
    }

    /** The passes over some samples. */
    private static final class Part {
        final int n;
        final long ones;
        /** Null without one. */
        final Call activation;

        final Call distanceTimes;
        final Call sum;
        final Call multiply;
        final Call multiplyOnto;
        final Call add;

        Part(int n, long t, long c, int parts, Activation activation) {
            this.n = n;
            this.ones = t / parts;
            this.activation =
                    activation == Activation.NONE ? null : ElementwiseGradients.compile(activation, n * t * c);
            this.distanceTimes = RowOperations.compileSubtractThenMultiply(n, t, c);
            this.sum = Sums.compile((long) n * parts, ones, c);
            this.multiply = RowOperations.compileMultiply(n, t, c);
            this.multiplyOnto = RowOperations.compileMultiplyOnto(n, t, c);
            this.add = RowOperations.compileAdd(n, t, c);
        }

        void close() {
            if (activation != null) {
                activation.close();
            }
            distanceTimes.close();
            sum.close();
            multiply.close();
            multiplyOnto.close();
            add.close();
        }
    }

    /** Of one map, two tables, and partial sums. */
    long scratchBytes() {
        return (2L * rows.length + partial.length) * Float.BYTES + together * mapBytes;
    }

    /** All operands by address; gradX [N, T, C] is neither x nor gradOut, the tables are [N, groups] and [C]. */
    void run(
            ExecutionState s,
            long x,
            long gamma,
            long beta,
            long means,
            long rstds,
            long gradOut,
            long gradX,
            long gradGamma,
            long gradBeta,
            long scratch) {
        floats.at(gamma).get(this.gamma, 0, c);
        floats.at(beta).get(this.beta, 0, c);
        Arrays.fill(gammaSum, 0);
        Arrays.fill(betaSum, 0);
        for (int i = 0; i < n; i += together) {
            Part p = i + together <= n ? part : rest;
            long statistics = (long) i * groups * Float.BYTES;
            floats.at(means + statistics).get(mean, 0, p.n * groups);
            floats.at(rstds + statistics).get(rstd, 0, p.n * groups);
            long at = i * mapBytes;
            backward(s, p, x + at, gradOut + at, gradX + at, scratch);
        }
        write(gradGamma, gammaSum);
        write(gradBeta, betaSum);
    }

    private void backward(ExecutionState s, Part p, long x, long gradOut, long gradX, long map) {
        long first = map + together * mapBytes;
        long second = first + (long) rows.length * Float.BYTES;
        long sums = second + (long) rows.length * Float.BYTES;
        long grad = gradOut;
        if (p.activation != null) {
            normalisation(p.n);
            table(first, rows, p.n);
            table(second, offsets, p.n);
            p.multiply.run(s, x, first, map);
            p.add.run(s, map, second, map);
            p.activation.run(s, map, gradOut, gradX);
            grad = gradX;
        }
        centres(p.n);
        table(first, rows, p.n);
        p.distanceTimes.run(s, x, first, map, grad);
        sum(s, p, map, sums, gradScale);
        sum(s, p, grad, sums, gradShift);
        factors(p.n);
        table(first, rows, p.n);
        p.multiply.run(s, grad, first, gradX);
        lines(p.n);
        table(first, rows, p.n);
        table(second, offsets, p.n);
        p.multiplyOnto.run(s, x, first, gradX);
        p.add.run(s, gradX, second, gradX);
    }

    /** Sums over the tokens of each sample, parts and columns of the same channel added up in double. */
    private void sum(ExecutionState s, Part p, long map, long sums, double[] out) {
        int count = p.n * parts * tokens * c;
        p.sum.run(s, s.workspace().ones(p.ones), map, sums);
        floats.at(sums).get(partial, 0, count);
        Arrays.fill(out, 0, p.n * c, 0);
        for (int i = 0; i < count / c; i++) {
            int to = i / (parts * tokens) * c;
            for (int j = 0; j < c; j++) {
                out[to + j] += partial[i * c + j];
            }
        }
    }

    /** Writes a table whose first tokens are set. */
    private void table(long address, float[] values, int samples) {
        int row = tokens * c;
        for (int from = 0; from < samples * row; from += row) {
            for (int set = c; set < row; set *= 2) {
                System.arraycopy(values, from, values, from + set, set);
            }
        }
        floats.at(address).put(values, 0, samples * row);
    }

    /** Where a group's channels lie in the tables. */
    private int start(int g) {
        return g / groups * tokens * c + g % groups * width;
    }

    /** Factors and offsets of the forward pass. */
    private void normalisation(int samples) {
        for (int g = 0; g < samples * groups; g++) {
            int from = start(g);
            int channel = g % groups * width;
            for (int i = 0; i < width; i++) {
                float factor = (float) ((double) rstd[g] * gamma[channel + i]);
                rows[from + i] = factor;
                offsets[from + i] = (float) (beta[channel + i] - mean[g] * (double) factor);
            }
        }
    }

    private void centres(int samples) {
        for (int g = 0; g < samples * groups; g++) {
            Arrays.fill(rows, start(g), start(g) + width, mean[g]);
        }
    }

    /** Of g. */
    private void factors(int samples) {
        for (int g = 0; g < samples * groups; g++) {
            int from = start(g);
            int channel = g % groups * width;
            for (int i = 0; i < width; i++) {
                rows[from + i] = (float) ((double) rstd[g] * gamma[channel + i]);
            }
        }
    }

    /** Adds to the gradients of gamma and beta, and makes of them each group's line in x. */
    private void lines(int samples) {
        for (int g = 0; g < samples * groups; g++) {
            double r = rstd[g];
            int channel = g % groups * width;
            double shift = 0;
            double scale = 0;
            for (int k = channel, i = g * width; k < channel + width; k++, i++) {
                double ofGamma = gradScale[i] * r;
                gammaSum[k] += ofGamma;
                betaSum[k] += gradShift[i];
                scale += gamma[k] * ofGamma;
                shift += gamma[k] * gradShift[i];
            }
            double slope = -r * r * scale / groupElements;
            double constant = -r * shift / groupElements - slope * mean[g];
            Arrays.fill(rows, start(g), start(g) + width, (float) slope);
            Arrays.fill(offsets, start(g), start(g) + width, (float) constant);
        }
    }

    private void write(long address, double[] sums) {
        for (int i = 0; i < c; i++) {
            rows[i] = (float) sums[i];
        }
        floats.at(address).put(rows, 0, c);
    }

    @Override
    public void close() {
        part.close();
        if (rest != null) {
            rest.close();
        }
    }
}
