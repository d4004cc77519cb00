package org.ragdiff.core.tensor.onednn;

import org.ragdiff.core.tensor.Activation;

/**
 * Group normalisation (Wu and He 2018), compiled: the channels' moments, a little arithmetic that makes the
 * groups' of them and one factor and offset for each channel, and one pass that applies these and SiLU. A
 * large sample is finished before the next one, as it then lies in the cache. oneDNN's own primitive takes
 * two to five times as long. Where a newer JDK has {@link VectorPasses}, these are taken. Not thread-safe.
 */
final class GroupNormForward implements PrimitiveCache.Compiled {
    /** Samples of fewer bytes are taken together. */
    private static final long SMALL_SAMPLE = 128L << 10;
    /** As many samples are taken together as fit into a cache. */
    private static final long TOGETHER = 1L << 20;

    private final int n;
    private final int t;
    private final int c;
    private final int groups;
    private final float eps;
    private final long mapBytes;
    private final long outBytes;
    private final int together;
    private final Part part;
    /** For the samples that are left, or null. */
    private final Part rest;

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
        this.t = Math.toIntExact(t);
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
        this.part = part(s, together, activation, lowOut);
        this.rest = left == 0 ? null : part(s, left, activation, lowOut);
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

    /** The passes over some samples. */
    private interface Part extends PrimitiveCache.Compiled {
        int samples();

        /** Means and variances of the channels into the arrays of these names. */
        void moments(ExecutionState s, long x, long scratch);

        /** Applies the factors and offsets that these arrays hold now. */
        void affine(ExecutionState s, long x, long out, long scratch);
    }

    private Part part(ExecutionState s, int samples, Activation activation, boolean lowOut) {
        VectorPasses vectors = NewerJdk.passes();
        boolean silu = activation == Activation.SILU;
        return vectors != null
                ? new VectorPart(vectors, samples, silu, lowOut)
                : new PrimitivePart(s, samples, silu, lowOut);
    }

    private final class PrimitivePart implements Part {
        private final int samples;
        private final ChannelMoments moments;
        private final AffinePass affine;

        PrimitivePart(ExecutionState s, int samples, boolean silu, boolean lowOut) {
            this.samples = samples;
            this.moments = new ChannelMoments(s, samples, t, c);
            this.affine = new AffinePass(samples, t, c, silu, lowOut);
        }

        @Override
        public int samples() {
            return samples;
        }

        @Override
        public void moments(ExecutionState s, long x, long scratch) {
            moments.run(s, x, map(scratch), scratch, mean, variance);
        }

        @Override
        public void affine(ExecutionState s, long x, long out, long scratch) {
            int channels = samples * c;
            long factors = scratch + 2L * together * c * Float.BYTES;
            long offsets = factors + (long) channels * Float.BYTES;
            floats.at(factors).put(variance, 0, channels);
            floats.at(offsets).put(mean, 0, channels);
            affine.run(s, x, factors, offsets, map(scratch), out);
        }

        private long map(long scratch) {
            return scratch + 4L * together * c * Float.BYTES;
        }

        @Override
        public void close() {
            moments.close();
            affine.close();
        }
    }

    private final class VectorPart implements Part {
        private final VectorPasses passes;
        private final int samples;
        private final boolean silu;
        private final boolean lowOut;
        private final float[] partial;

        VectorPart(VectorPasses passes, int samples, boolean silu, boolean lowOut) {
            this.passes = passes;
            this.samples = samples;
            this.silu = silu;
            this.lowOut = lowOut;
            this.partial = new float[passes.partialFloats(t, c)];
        }

        @Override
        public int samples() {
            return samples;
        }

        @Override
        public void moments(ExecutionState s, long x, long scratch) {
            for (int i = 0; i < samples; i++) {
                passes.moments(x + i * mapBytes, t, c, mean, variance, i * c, partial);
            }
        }

        @Override
        public void affine(ExecutionState s, long x, long out, long scratch) {
            for (int i = 0; i < samples; i++) {
                passes.affine(x + i * mapBytes, t, c, variance, mean, i * c, silu, out + i * outBytes, lowOut);
            }
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    /** Of the moments and coefficients [N, C], and of the map that statistics overwrite. */
    long scratchBytes() {
        return 4L * together * c * Float.BYTES + together * mapBytes;
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
            Part p = i + together <= n ? part : rest;
            int channels = p.samples() * c;
            p.moments(s, x + i * mapBytes, scratch);
            if (row != 0) {
                floats.at(row + (long) i * c * Float.BYTES).get(this.row, 0, channels);
                for (int j = 0; j < channels; j++) {
                    mean[j] += this.row[j];
                }
            }
            coefficients(p.samples(), row != 0);
            p.affine(s, x + i * mapBytes, out + i * outBytes, scratch);
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
        part.close();
        if (rest != null) {
            rest.close();
        }
    }
}
