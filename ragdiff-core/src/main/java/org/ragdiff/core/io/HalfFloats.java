package org.ragdiff.core.io;

/**
 * IEEE 754 binary16 and bfloat16 to and from float32, rounding to nearest, ties to even. NaN stays
 * NaN. Stateless.
 */
public final class HalfFloats {
    private static final float TWO_POW_112 = 0x1p112f;

    private HalfFloats() {}

    /** Exact. */
    public static float fromF16(short half) {
        // The exponent is rebiased by a multiplication, which is exact for subnormals too.
        int bits = Float.floatToRawIntBits(Float.intBitsToFloat((half & 0x7fff) << 13) * TWO_POW_112);
        if ((half & 0x7c00) == 0x7c00) {
            bits |= 0x7f800000;
        }
        return Float.intBitsToFloat(bits | (half & 0x8000) << 16);
    }

    /** Rounded to nearest, ties to even; beyond the range to infinity. */
    public static short toF16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > 0x7f800000) {
            return (short) (sign | 0x7e00);
        }
        if (magnitude >= 0x477ff000) {
            return (short) (sign | 0x7c00);
        }
        if (magnitude < 0x38800000) {
            // Adding 0.5 leaves the subnormal's bits, rounded to even, at the low end of the sum.
            float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
            return (short) (sign | Float.floatToRawIntBits(shifted) - 0x3f000000);
        }
        int odd = magnitude >>> 13 & 1;
        return (short) (sign | (magnitude - 0x38000000 + 0xfff + odd) >>> 13);
    }

    /** Exact. */
    public static float fromBf16(short value) {
        return Float.intBitsToFloat(value << 16);
    }

    /** Rounded to nearest, ties to even. */
    public static short toBf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7fffffff) > 0x7f800000) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }
}
