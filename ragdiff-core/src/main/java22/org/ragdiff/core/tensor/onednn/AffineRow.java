package org.ragdiff.core.tensor.onednn;

import static org.ragdiff.core.tensor.onednn.VectorMemory.ALL;
import static org.ragdiff.core.tensor.onednn.VectorMemory.F;
import static org.ragdiff.core.tensor.onednn.VectorMemory.LANES;
import static org.ragdiff.core.tensor.onednn.VectorMemory.ORDER;
import static org.ragdiff.core.tensor.onednn.VectorMemory.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** One token times a row plus another, then SiLU if asked for, in float32 or rounded to bfloat16. Stateless. */
final class AffineRow {
    private static final VectorSpecies<Short> HALF =
            VectorSpecies.of(short.class, VectorShape.forBitSize(F.vectorBitSize() / 2));
    /** Added to a float of less than 2²², it leaves the nearest integer in the low bits. */
    private static final float ROUND = 12582912f;

    /** Powers of two beyond are those of this exponent: their sum with 1, or with what they divide, is the same. */
    private static final float LARGEST = 126;

    private static final int LARGEST_BITS = Float.floatToRawIntBits(LARGEST);

    private AffineRow() {}

    /** @param at of the token's factors and offsets */
    static void apply(
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
     * the exponent of a polynomial for 2^(z − n), whose relative error is 2e-7. z is bounded by comparing bits and by a
     * mask, as Java's minimum and maximum of floats take seven instructions each. NaN comes out as such.
     */
    private static FloatVector silu(FloatVector y) {
        FloatVector z = y.mul(-1.44269504f);
        z = z.reinterpretAsInts().min(LARGEST_BITS).reinterpretAsFloats();
        z = z.blend(-LARGEST, z.compare(VectorOperators.LT, -LARGEST));
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
}
