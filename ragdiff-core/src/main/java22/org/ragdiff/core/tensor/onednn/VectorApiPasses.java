package org.ragdiff.core.tensor.onednn;

import static org.ragdiff.core.tensor.onednn.VectorMemory.ALL;
import static org.ragdiff.core.tensor.onednn.VectorMemory.F;
import static org.ragdiff.core.tensor.onednn.VectorMemory.LANES;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * Passes over maps with the Vector API. A map is cut into parts of whole tokens, which depend on its shape only.
 * Sums are taken of differences to the sample's first token, so that a large mean does not cancel. Thread-safe.
 */
final class VectorApiPasses implements VectorPasses {
    /** Floats that are worth a part of their own. */
    private static final int PART = 1 << 15;
    /** Parts that keep all threads busy. */
    private static final int ENOUGH = 8;
    /** Tokens whose sums are taken in single precision. */
    private static final int TOKENS = 256;
    /** Floats of a map that does not stay in the caches. */
    private static final long LARGE = 2L << 20;

    private final Team team;

    VectorApiPasses(int threads) {
        team = new Team(threads);
    }

    @Override
    public int partialFloats(int t, int c) {
        return parts(t, c) * 2 * c;
    }

    @Override
    public void moments(long x, int t, int c, float[] mean, float[] variance, int at, float[] partial) {
        int parts = parts(t, c);
        boolean large = (long) t * c > LARGE;
        team.run(parts, p -> {
            int from = from(p, parts, t);
            int to = from(p + 1, parts, t);
            if (large) {
                ChannelSums.inStreams(x, from, to, c, partial, p * 2 * c);
            } else {
                ChannelSums.down(x, from, to, c, partial, p * 2 * c);
            }
        });
        for (int p = 1; p < parts; p++) {
            add(partial, p * 2 * c, 2 * c);
        }
        for (int i = 0; i < c; i++) {
            double m = partial[i] / (double) t;
            mean[at + i] = (float) (ALL.get(ValueLayout.JAVA_FLOAT, x + 4L * i) + m);
            variance[at + i] = (float) Math.max(0, partial[c + i] / (double) t - m * m);
        }
    }

    private static int parts(int t, int c) {
        long worth = Math.min(ENOUGH, (long) t * c / PART);
        return (int) Math.max(1, Math.min(t, Math.max(worth, (t + TOKENS - 1) / TOKENS)));
    }

    /** The first token of a part. */
    private static int from(int part, int parts, int t) {
        return (int) ((long) t * part / parts);
    }

    /** Adds values to those at the array's start. */
    private static void add(float[] values, int from, int count) {
        int i = 0;
        for (; i + LANES <= count; i += LANES) {
            FloatVector.fromArray(F, values, i)
                    .add(FloatVector.fromArray(F, values, from + i))
                    .intoArray(values, i);
        }
        for (; i < count; i++) {
            values[i] += values[from + i];
        }
    }

    @Override
    public void affine(
            long x, int t, int c, float[] factor, float[] offset, int at, boolean silu, long out, boolean lowOut) {
        int parts = parts(t, c);
        team.run(parts, p -> {
            int to = from(p + 1, parts, t);
            for (int r = from(p, parts, t); r < to; r++) {
                AffineRow.apply(x + 4L * r * c, c, factor, offset, at, silu, out + (lowOut ? 2L : 4L) * r * c, lowOut);
            }
        });
    }
}
