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
 * Sums are taken of differences to the sample's first token, so that a large mean does not cancel. Thread-safe.
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
    /** Floats that are worth a part of their own. */
    private static final int PART = 1 << 15;
    /** Parts that keep all threads busy. */
    private static final int ENOUGH = 8;
    /** Tokens whose sums are taken in single precision. */
    private static final int TOKENS = 256;

    /** Added to a float of less than 2²², it leaves the nearest integer in the low bits. */
    private static final float ROUND = 12582912f;

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
        team.run(parts, p -> sums(x, from(p, parts, t), from(p + 1, parts, t), c, partial, p * 2 * c));
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
        int parts = parts(t, c);
        team.run(parts, p -> {
            int to = from(p + 1, parts, t);
            for (int r = from(p, parts, t); r < to; r++) {
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

    /**
     * y / (1 + 2^z) with z = −y·log₂e: the nearest integer n of z comes out of the low bits of z + 1.5·2²³ and goes into
     * the exponent of a polynomial for 2^(z − n), whose relative error is 2e-7.
     */
    private static FloatVector silu(FloatVector y) {
        FloatVector z = y.mul(-1.44269504f).max(-126).min(126);
        FloatVector shifted = z.add(ROUND);
        FloatVector r = z.sub(shifted.sub(ROUND));
        FloatVector p = FloatVector.broadcast(F, 1.3266970e-3f)
                .fma(r, FloatVector.broadcast(F, 9.6754597e-3f))
                .fma(r, FloatVector.broadcast(F, 5.5507426e-2f))
                .fma(r, FloatVector.broadcast(F, 2.4022122e-1f))
                .fma(r, FloatVector.broadcast(F, 6.9314695e-1f))
                .fma(r, FloatVector.broadcast(F, 1.0000001f));
        IntVector power = p.reinterpretAsInts().add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23));
        return y.div(power.reinterpretAsFloats().add(1));
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
