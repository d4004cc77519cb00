// Conversions of the 16-bit formats, to nearest with ties to even (IEEE 754), and tiles' products by the layouts
// of "Matrix Fragments for mma.m16n8k16" in the PTX manual. Included after types.cuh's structs are declared.
inline float toFloat(bf16 x) {
    return __int_as_float((int)((uint32_t)x.bits << 16));
}
inline void fromFloat(float f, bf16& x) {
    uint32_t u = bitsOf(f);
    x.bits = (u & 0x7fffffff) > 0x7f800000 ? 0x7fff : (u16)((u + 0x7fff + (u >> 16 & 1)) >> 16);
}
inline float toFloat(f16 x) {
    int exponent = x.bits >> 10 & 31;
    int mantissa = x.bits & 1023;
    float v = exponent == 31 ? (mantissa ? NAN : INFINITY)
            : exponent == 0  ? ldexpf((float)mantissa, -24)
                             : ldexpf((float)(mantissa + 1024), exponent - 25);
    return x.bits & 0x8000 ? -v : v;
}
inline void fromFloat(float f, f16& x) {
    u16 sign = (u16)(bitsOf(f) >> 16 & 0x8000);
    float v = fabsf(f);
    if (std::isnan(f)) {
        x.bits = 0x7fff;
    } else if (v >= 65520.0f) {
        x.bits = (u16)(sign | 0x7c00);
    } else {
        int exponent;
        frexpf(v, &exponent);
        int unit = exponent - 11 < -24 ? -24 : exponent - 11;
        float steps = nearbyintf(ldexpf(v, -unit));
        // Bits of positive halves count up with their values.
        int base = unit == -24 ? 0 : (unit + 24) << 10;
        x.bits = (u16)(sign | (base + (int)steps));
    }
}

template <class T>
inline float half(u32 word, int index) {
    T t;
    t.bits = (u16)(word >> (16 * index));
    return toFloat(t);
}

template <class T>
inline void multiplyTiles(float* d, const u32* a, const u32* b, T) {
    int lane = threadIdx.x % 32;
    memcpy(warpSlot(lane), a, 16);
    memcpy(warpSlot(lane) + 16, b, 8);
    warpWait();
    for (int e = 0; e < 4; e++) {
        int row = lane / 4 + (e >= 2 ? 8 : 0);
        int column = lane % 4 * 2 + e % 2;
        for (int k = 0; k < 16; k++) {
            // A: register pairs hold two neighbours in k; rows 8.. are odd registers, k 8.. registers 2 and 3.
            int aLane = row % 8 * 4 + k % 8 / 2;
            int aWord = (row >= 8 ? 1 : 0) + (k >= 8 ? 2 : 0);
            u32 aw;
            memcpy(&aw, warpSlot(aLane) + 4 * aWord, 4);
            int bLane = column * 4 + k % 8 / 2;
            u32 bw;
            memcpy(&bw, warpSlot(bLane) + 16 + (k >= 8 ? 4 : 0), 4);
            d[e] += half<T>(aw, k % 2) * half<T>(bw, k % 2);
        }
    }
    warpWait();
}
