// What convolutions by matrix products need: weights by taps, and maps as rows of receptive fields.

// w [Co, Ci, taps] float32 to out [Co, taps, Ci].
template <class T>
__device__ void packWeights(const float* w, T* out, int in, int taps, i64 n) {
    FOR_EACH(i, n) {
        int c = (int)(i % in);
        i64 at = i / in;
        int tap = (int)(at % taps);
        i64 o = at / taps;
        store(out + i, w[(o * in + c) * taps + tap]);
    }
}
#define P(T) (const float* w, T* out, int in, int taps, i64 n)
EXPORT(256, packWeights, P, (w, out, in, taps, n))
#undef P

// The inverse: x [Co, taps, Ci] to w [Co, Ci, taps] float32.
template <class T>
__device__ void unpackWeights(const T* x, float* w, int in, int taps, i64 n) {
    FOR_EACH(i, n) {
        int tap = (int)(i % taps);
        i64 at = i / taps;
        int c = (int)(at % in);
        i64 o = at / in;
        w[i] = toFloat(x[(o * taps + tap) * in + c]);
    }
}
#define P(T) (const T* x, float* w, int in, int taps, i64 n)
EXPORT(256, unpackWeights, P, (x, w, in, taps, n))
#undef P

struct Geometry {
    int height, width, channels;
    int kernelHeight, kernelWidth, stride, top, left;
    int outHeight, outWidth;
};

// x [N, H, W, C] to rows of [N · Ho · Wo, kh, kw, C], zeros beyond the edges: n elements from element `first` on.
template <class T>
__device__ void fields(const T* x, T* out, Geometry g, i64 first, i64 n) {
    FOR_EACH(i, n) {
        int c = (int)((first + i) % g.channels);
        i64 at = (first + i) / g.channels;
        int kx = (int)(at % g.kernelWidth);
        at /= g.kernelWidth;
        int ky = (int)(at % g.kernelHeight);
        at /= g.kernelHeight;
        int ox = (int)(at % g.outWidth);
        at /= g.outWidth;
        int oy = (int)(at % g.outHeight);
        i64 sample = at / g.outHeight;
        int y = oy * g.stride - g.top + ky;
        int col = ox * g.stride - g.left + kx;
        bool inside = y >= 0 && y < g.height && col >= 0 && col < g.width;
        float v = inside ? toFloat(x[((sample * g.height + y) * g.width + col) * g.channels + c]) : 0.0f;
        store(out + i, v);
    }
}
#define P(T) (const T* x, T* out, Geometry g, i64 first, i64 n)
EXPORT(256, fields, P, (x, out, g, first, n))
#undef P

// The transpose of fields: gradX [N, H, W, C] = sums of rows of x [N · Ho · Wo, kh, kw, C].
template <class T>
__device__ void unfields(const T* x, float* gradX, Geometry g, i64 n) {
    FOR_EACH(i, n) {
        int c = (int)(i % g.channels);
        i64 at = i / g.channels;
        int col = (int)(at % g.width);
        at /= g.width;
        int y = (int)(at % g.height);
        i64 sample = at / g.height;
        float sum = 0.0f;
        for (int ky = 0; ky < g.kernelHeight; ky++) {
            int oy = y + g.top - ky;
            if (oy < 0 || oy % g.stride != 0 || oy / g.stride >= g.outHeight) {
                continue;
            }
            for (int kx = 0; kx < g.kernelWidth; kx++) {
                int ox = col + g.left - kx;
                if (ox < 0 || ox % g.stride != 0 || ox / g.stride >= g.outWidth) {
                    continue;
                }
                i64 row = (sample * g.outHeight + oy / g.stride) * g.outWidth + ox / g.stride;
                sum += toFloat(x[((row * g.kernelHeight + ky) * g.kernelWidth + kx) * g.channels + c]);
            }
        }
        gradX[i] = sum;
    }
}
#define P(T) (const T* x, float* gradX, Geometry g, i64 n)
EXPORT(256, unfields, P, (x, gradX, g, n))
#undef P
