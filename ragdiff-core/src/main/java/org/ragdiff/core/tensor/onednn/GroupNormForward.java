package org.ragdiff.core.tensor.onednn;

import org.ragdiff.core.tensor.Activation;

/**
 * Group normalisation (Wu and He 2018), compiled: the channels' moments, a little arithmetic that makes the
 * groups' of them and one factor and offset for each channel, and one pass that applies these and SiLU. A
 * large sample is finished before the next one, as it then lies in the cache. oneDNN's own primitive takes
 * two to five times as long. The passes are those of {@link GroupNormPasses}. Not thread-safe.
 */
final class GroupNormForward implements PrimitiveCache.Compiled {
    /** Samples of fewer bytes are taken together. */
    private static final long SMALL_SAMPLE = 128L << 10;
    /** As many samples are taken together as fit into a cache. */
    private static final long TOGETHER = 1L << 20;

    private final int n;
    private final int c;
    private final int groups;
    private final float eps;
    private final long mapBytes;
    private final long outBytes;
    private final int together;
    private final GroupNormPasses passes;
    /** For the samples that are left, or null. */
    private final GroupNormPasses rest;

    private final float[] gamma;
    private final float[] beta;
    private final float[] row;
    private final float[] mean;
    private final float[] variance;
    private final float[] groupMean;
    private final float[] groupRstd;
    private final RawFloats floats = new RawFloats();

    private GroupNormForward(
            ExecutionState s, long n, long t, long c, int groups, float eps, Activation activation, boolean lowOut) {
        this.n = Math.toIntExact(n);
        int tokens = Math.toIntExact(t);
        this.c = Math.toIntExact(c);
        this.groups = groups;
        this.eps = eps;
        this.mapBytes = t * c * Float.BYTES;
        this.outBytes = t * c * (lowOut ? 2 : Float.BYTES);
        this.together = mapBytes > SMALL_SAMPLE ? 1 : (int) Math.min(n, TOGETHER / mapBytes);
        int left = this.n % together;
        this.gamma = new float[this.c];
        this.beta = new float[this.c];
        this.row = new float[together * this.c];
        this.mean = new float[together * this.c];
        this.variance = new float[together * this.c];
        this.groupMean = new float[together * groups];
        this.groupRstd = new float[together * groups];
        this.passes = GroupNormPasses.compile(s, together, tokens, this.c, activation, lowOut);
        this.rest = left == 0 ? null : GroupNormPasses.compile(s, left, tokens, this.c, activation, lowOut);
    }

    /**
     * Of [N, T, C] maps.
     *
     * @param activation NONE or SILU
     * @param lowOut whether the output is bfloat16
     */
    static GroupNormForward compile(
            ExecutionState s, long n, long t, long c, int groups, float eps, Activation activation, boolean lowOut) {
        return new GroupNormForward(s, n, t, c, groups, eps, activation, lowOut);
    }

    long scratchBytes() {
        return passes.scratchBytes();
    }

    /**
     * out = act((x + row − mean)·rstd·gamma + beta).
     *
     * @param row address of [N, C] that is added to each token first, or 0
     * @param means where the groups' means [N, groups] go, or 0
     * @param rstds where the reciprocal deviations [N, groups] go, or 0
     * @param out not x
     */
    void run(
            ExecutionState s, long x, long row, long gamma, long beta, long out, long means, long rstds, long scratch) {
        floats.at(gamma).get(this.gamma, 0, c);
        floats.at(beta).get(this.beta, 0, c);
        for (int i = 0; i < n; i += together) {
            GroupNormPasses p = i + together <= n ? passes : rest;
            int channels = p.samples() * c;
            p.moments(s, x + i * mapBytes, scratch, mean, variance);
            if (row != 0) {
                floats.at(row + (long) i * c * Float.BYTES).get(this.row, 0, channels);
                for (int j = 0; j < channels; j++) {
                    mean[j] += this.row[j];
                }
            }
            coefficients(p.samples(), row != 0);
            p.affine(s, x + i * mapBytes, variance, mean, out + i * outBytes, scratch);
            long at = (long) i * groups * Float.BYTES;
            write(means, at, groupMean, p.samples() * groups);
            write(rstds, at, groupRstd, p.samples() * groups);
        }
    }

    private void write(long base, long at, float[] values, int count) {
        if (base != 0) {
            floats.at(base + at).put(values, 0, count);
        }
    }

    /** Turns the channels' moments into the groups' and into offsets (mean) and factors (variance). */
    private void coefficients(int samples, boolean shifted) {
        int width = c / groups;
        for (int g = 0; g < samples * groups; g++) {
            int from = g * width;
            double sum = 0;
            for (int i = from; i < from + width; i++) {
                sum += mean[i];
            }
            double m = sum / width;
            double squares = 0;
            for (int i = from; i < from + width; i++) {
                double d = mean[i] - m;
                squares += variance[i] + d * d;
            }
            double r = 1 / Math.sqrt(squares / width + eps);
            groupMean[g] = (float) m;
            groupRstd[g] = (float) r;
            int channel = from % c;
            for (int i = from; i < from + width; i++, channel++) {
                float factor = (float) (r * gamma[channel]);
                variance[i] = factor;
                mean[i] = (float) (beta[channel] + ((shifted ? row[i] : 0) - m) * factor);
            }
        }
    }

    @Override
    public void close() {
        passes.close();
        if (rest != null) {
            rest.close();
        }
    }
}
