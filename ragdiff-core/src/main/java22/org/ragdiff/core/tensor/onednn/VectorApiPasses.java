package org.ragdiff.core.tensor.onednn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Passes over maps with the Vector API. A map is cut into parts of whole tokens, which depend on its shape only.
 * Sums are taken of differences to the sample's first token, in floats within a part and in doubles over the parts, so
 * that a large mean does not cancel. Thread-safe.
 */
final class VectorApiPasses implements VectorPasses {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> HALF =
            VectorSpecies.of(short.class, VectorShape.forBitSize(F.vectorBitSize() / 2));
    private static final int LANES = F.length();
    private static final int BLOCK = 4 * LANES;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    /** All of the memory: addresses are offsets. */
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    /** Floats of a part: small enough for sums in float, large enough to be worth a thread. */
    private static final int PART = 1 << 15;

    private final Team team;

    VectorApiPasses(int threads) {
        team = new Team(threads);
    }

    @Override
    public void moments(long x, int t, int c, float[] mean, float[] variance, int at) {
        int rows = rows(t, c);
        int parts = (t + rows - 1) / rows;
        float[] sums = new float[parts * 2 * c];
        team.run(parts, p -> sums(x, p * rows, Math.min(t, (p + 1) * rows), c, sums, p * 2 * c));
        double[] all = new double[2 * c];
        for (int p = 0; p < parts; p++) {
            int from = p * 2 * c;
            for (int i = 0; i < 2 * c; i++) {
                all[i] += sums[from + i];
            }
        }
        for (int i = 0; i < c; i++) {
            double m = all[i] / t;
            mean[at + i] = (float) (ALL.get(ValueLayout.JAVA_FLOAT, x + 4L * i) + m);
            variance[at + i] = (float) Math.max(0, all[c + i] / t - m * m);
        }
    }

    private static int rows(int t, int c) {
        return Math.min(t, Math.max(1, PART / c));
    }

    /** Sums of the differences, and of their squares, of the tokens of a part. */
    private static void sums(long x, int from, int to, int c, float[] out, int at) {
        long stride = 4L * c;
        long first = x + from * stride;
        long last = x + to * stride;
        int i = 0;
        for (; i + BLOCK <= c; i += BLOCK) {
            long base = x + 4L * i;
            FloatVector k0 = load(base);
            FloatVector k1 = load(base + 4L * LANES);
            FloatVector k2 = load(base + 8L * LANES);
            FloatVector k3 = load(base + 12L * LANES);
            FloatVector s0 = FloatVector.zero(F);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            FloatVector q0 = s0;
            FloatVector q1 = s0;
            FloatVector q2 = s0;
            FloatVector q3 = s0;
            for (long a = first + 4L * i; a < last; a += stride) {
                FloatVector d0 = load(a).sub(k0);
                FloatVector d1 = load(a + 4L * LANES).sub(k1);
                FloatVector d2 = load(a + 8L * LANES).sub(k2);
                FloatVector d3 = load(a + 12L * LANES).sub(k3);
                s0 = s0.add(d0);
                s1 = s1.add(d1);
                s2 = s2.add(d2);
                s3 = s3.add(d3);
                q0 = d0.fma(d0, q0);
                q1 = d1.fma(d1, q1);
                q2 = d2.fma(d2, q2);
                q3 = d3.fma(d3, q3);
            }
            int o = at + i;
            s0.intoArray(out, o);
            s1.intoArray(out, o + LANES);
            s2.intoArray(out, o + 2 * LANES);
            s3.intoArray(out, o + 3 * LANES);
            q0.intoArray(out, o + c);
            q1.intoArray(out, o + c + LANES);
            q2.intoArray(out, o + c + 2 * LANES);
            q3.intoArray(out, o + c + 3 * LANES);
        }
        for (; i < c; i += LANES) {
            VectorMask<Float> m = F.indexInRange(i, c);
            FloatVector k = load(x + 4L * i, m);
            FloatVector s = FloatVector.zero(F);
            FloatVector q = s;
            for (long a = first + 4L * i; a < last; a += stride) {
                FloatVector d = load(a, m).sub(k);
                s = s.add(d);
                q = d.fma(d, q);
            }
            s.intoArray(out, at + i, m);
            q.intoArray(out, at + c + i, m);
        }
    }

    @Override
    public void affine(
            long x, int t, int c, float[] factor, float[] offset, int at, boolean silu, long out, boolean lowOut) {
        int rows = rows(t, c);
        int parts = (t + rows - 1) / rows;
        team.run(parts, p -> {
            int to = Math.min(t, (p + 1) * rows);
            for (int r = p * rows; r < to; r++) {
                row(x + 4L * r * c, c, factor, offset, at, silu, out + (lowOut ? 2L : 4L) * r * c, lowOut);
            }
        });
    }

    private static void row(
            long x, int c, float[] factor, float[] offset, int at, boolean silu, long out, boolean lowOut) {
        int i = 0;
        for (; i + LANES <= c; i += LANES) {
            FloatVector y = load(x + 4L * i)
                    .fma(FloatVector.fromArray(F, factor, at + i), FloatVector.fromArray(F, offset, at + i));
            y = silu ? silu(y) : y;
            if (lowOut) {
                bf16(y).intoMemorySegment(ALL, out + 2L * i, ORDER);
            } else {
                y.intoMemorySegment(ALL, out + 4L * i, ORDER);
            }
        }
        if (i < c) {
            VectorMask<Float> m = F.indexInRange(i, c);
            FloatVector y = load(x + 4L * i, m)
                    .fma(FloatVector.fromArray(F, factor, at + i, m), FloatVector.fromArray(F, offset, at + i, m));
            y = silu ? silu(y) : y;
            if (lowOut) {
                bf16(y).intoMemorySegment(ALL, out + 2L * i, ORDER, HALF.indexInRange(i, c));
            } else {
                y.intoMemorySegment(ALL, out + 4L * i, ORDER, m);
            }
        }
    }

    private static FloatVector silu(FloatVector y) {
        return y.div(exp(y.neg()).add(1));
    }

    /** e^x to two units in the last place, of Cephes' expf; arguments are cut where the result leaves a float. */
    private static FloatVector exp(FloatVector x) {
        FloatVector a = x.max(-87.3f).min(88.3f);
        FloatVector n = a.fma(FloatVector.broadcast(F, 1.44269504f), FloatVector.broadcast(F, 12582912f))
                .sub(12582912f);
        FloatVector r = n.fma(FloatVector.broadcast(F, -0.693359375f), a);
        r = n.fma(FloatVector.broadcast(F, 2.12194440e-4f), r);
        FloatVector p = FloatVector.broadcast(F, 1.9875691500e-4f)
                .fma(r, FloatVector.broadcast(F, 1.3981999507e-3f))
                .fma(r, FloatVector.broadcast(F, 8.3334519073e-3f))
                .fma(r, FloatVector.broadcast(F, 4.1665795894e-2f))
                .fma(r, FloatVector.broadcast(F, 1.6666665459e-1f))
                .fma(r, FloatVector.broadcast(F, 5.0000001201e-1f));
        p = p.mul(r).fma(r, r).add(1);
        IntVector e = ((IntVector) n.convert(VectorOperators.F2I, 0)).add(127).lanewise(VectorOperators.LSHL, 23);
        return p.mul(e.reinterpretAsFloats());
    }

    /** Rounded to nearest even; a NaN stays one, as its quiet bit is above the cut. */
    private static ShortVector bf16(FloatVector y) {
        IntVector bits = y.reinterpretAsInts();
        IntVector even = bits.lanewise(VectorOperators.LSHR, 16).and(1);
        IntVector rounded = bits.add(0x7fff).add(even).lanewise(VectorOperators.LSHR, 16);
        IntVector nan = bits.lanewise(VectorOperators.LSHR, 16).or(0x40);
        VectorMask<Integer> isNan = y.test(VectorOperators.IS_NAN).cast(bits.species());
        return (ShortVector) rounded.blend(nan, isNan).convertShape(VectorOperators.I2S, HALF, 0);
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(F, ALL, address, ORDER);
    }

    private static FloatVector load(long address, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(F, ALL, address, ORDER, mask);
    }
}
