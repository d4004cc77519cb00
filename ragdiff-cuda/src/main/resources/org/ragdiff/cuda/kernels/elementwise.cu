// Pointwise operations and rearrangements. One thread an element, results rounded once.

// out = alpha · a + beta · b; b is not read if beta is 0.
template <class T>
__device__ void axpby(float alpha, const T* a, float beta, const T* b, T* out, i64 n) {
    FOR_EACH(i, n) {
        float y = alpha * toFloat(a[i]);
        if (beta != 0.0f) {
            y += beta * toFloat(b[i]);
        }
        store(out + i, y);
    }
}
#define P(T) (float alpha, const T* a, float beta, const T* b, T* out, i64 n)
EXPORT(256, axpby, P, (alpha, a, beta, b, out, n))
#undef P

template <class T>
__device__ void multiply(const T* a, const T* b, T* out, i64 n) {
    FOR_EACH(i, n) {
        store(out + i, toFloat(a[i]) * toFloat(b[i]));
    }
}
#define P(T) (const T* a, const T* b, T* out, i64 n)
EXPORT(256, multiply, P, (a, b, out, n))
#undef P

template <class T>
__device__ void activate(int activation, const T* x, T* out, i64 n) {
    FOR_EACH(i, n) {
        store(out + i, activated(activation, toFloat(x[i])));
    }
}
#define P(T) (int activation, const T* x, T* out, i64 n)
EXPORT(256, activate, P, (activation, x, out, n))
#undef P

KERNEL(256) activateBackward(int activation, const float* x, const float* gradOut, float* gradX, i64 n) {
    FOR_EACH(i, n) {
        gradX[i] = slope(activation, x[i]) * gradOut[i];
    }
}

// What follows a product: y [M, C] = activation(y + bias) + other, in place. bias float, other may be null.
template <class T>
__device__ void epilogue(T* y, const float* bias, int activation, const T* other, int channels, i64 n) {
    FOR_EACH(i, n) {
        float v = toFloat(y[i]);
        if (bias) {
            v += bias[i % channels];
        }
        v = activated(activation, v);
        if (other) {
            v += toFloat(other[i]);
        }
        store(y + i, v);
    }
}
#define P(T) (T * y, const float* bias, int activation, const T* other, int channels, i64 n)
EXPORT(256, epilogue, P, (y, bias, activation, other, channels, n))
#undef P

// x [M, 2C]: out [M, C] = x[:, :C] · GELU(x[:, C:]).
template <class T>
__device__ void geglu(const T* x, T* out, int channels, i64 n) {
    FOR_EACH(i, n) {
        i64 at = i / channels * 2 * channels + i % channels;
        store(out + i, toFloat(x[at]) * activated(GELU, toFloat(x[at + channels])));
    }
}
#define P(T) (const T* x, T* out, int channels, i64 n)
EXPORT(256, geglu, P, (x, out, channels, n))
#undef P

KERNEL(256) gegluBackward(const float* x, const float* gradOut, float* gradX, int channels, i64 n) {
    FOR_EACH(i, n) {
        i64 at = i / channels * 2 * channels + i % channels;
        float gate = x[at + channels];
        gradX[at] = gradOut[i] * activated(GELU, gate);
        gradX[at + channels] = gradOut[i] * x[at] * slope(GELU, gate);
    }
}

// out[n, t, c] = x[n, t, c] + row[n, c].
template <class T>
__device__ void addRow(const T* x, const T* row, T* out, i64 perSample, int channels, i64 n) {
    FOR_EACH(i, n) {
        store(out + i, toFloat(x[i]) + toFloat(row[i / perSample * channels + i % channels]));
    }
}
#define P(T) (const T* x, const T* row, T* out, i64 perSample, int channels, i64 n)
EXPORT(256, addRow, P, (x, row, out, perSample, channels, n))
#undef P

// Each cell of x [N, H, W, C] times factor to its four of out [N, 2H, 2W, C].
template <class T>
__device__ void spread(const T* x, float factor, T* out, int height, int width, int channels, i64 n) {
    FOR_EACH(i, n) {
        int c = (int)(i % channels);
        i64 at = i / channels;
        int col = (int)(at % (2 * width));
        at /= 2 * width;
        int line = (int)(at % (2 * height));
        i64 sample = at / (2 * height);
        store(out + i, factor * toFloat(x[((sample * height + line / 2) * width + col / 2) * channels + c]));
    }
}
#define P(T) (const T* x, float factor, T* out, int height, int width, int channels, i64 n)
EXPORT(256, spread, P, (x, factor, out, height, width, channels, n))
#undef P

// The sum of four cells of x [N, 2H, 2W, C], times factor, to one of out [N, H, W, C].
template <class T>
__device__ void gather(const T* x, float factor, T* out, int height, int width, int channels, i64 n) {
    FOR_EACH(i, n) {
        int c = (int)(i % channels);
        i64 at = i / channels;
        int col = (int)(at % width);
        at /= width;
        i64 line = at % height + at / height * height;
        const T* from = x + (line * 2 * 2 * width + 2 * col) * channels + c;
        i64 below = 2 * (i64)width * channels;
        float sum = (toFloat(from[0]) + toFloat(from[channels])) + (toFloat(from[below]) + toFloat(from[below + channels]));
        store(out + i, factor * sum);
    }
}
#define P(T) (const T* x, float factor, T* out, int height, int width, int channels, i64 n)
EXPORT(256, gather, P, (x, factor, out, height, width, channels, n))
#undef P

template <class T>
__device__ void copyChannels(const T* source, int from, int width, T* target, int to, int targetWidth, int count, i64 n) {
    FOR_EACH(i, n) {
        i64 row = i / count;
        int c = (int)(i % count);
        target[row * targetWidth + to + c] = source[row * width + from + c];
    }
}
#define P(T) (const T* source, int from, int width, T* target, int to, int targetWidth, int count, i64 n)
EXPORT(256, copyChannels, P, (source, from, width, target, to, targetWidth, count, n))
#undef P

// x [A, B, C, D] to out [A, C, B, D].
template <class T>
__device__ void swapMiddle(const T* x, T* out, int b, int c, int d, i64 n) {
    FOR_EACH(i, n) {
        int last = (int)(i % d);
        i64 at = i / d;
        int second = (int)(at % b);
        at /= b;
        int first = (int)(at % c);
        i64 a = at / c;
        out[i] = x[((a * b + second) * c + first) * d + last];
    }
}
#define P(T) (const T* x, T* out, int b, int c, int d, i64 n)
EXPORT(256, swapMiddle, P, (x, out, b, c, d, n))
#undef P

// float32 to T and back.
template <class T>
__device__ void narrow(const float* x, T* out, i64 n) {
    FOR_EACH(i, n) {
        store(out + i, x[i]);
    }
}
#define P(T) (const float* x, T* out, i64 n)
EXPORT(256, narrow, P, (x, out, n))
#undef P

template <class T>
__device__ void widen(const T* x, float* out, i64 n) {
    FOR_EACH(i, n) {
        out[i] = toFloat(x[i]);
    }
}
#define P(T) (const T* x, float* out, i64 n)
EXPORT(256, widen, P, (x, out, n))
#undef P
