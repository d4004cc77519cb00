// Group and layer normalisation and softmax over channels-last data, forward and backward.
#ifndef INFINITY
#define INFINITY __int_as_float(0x7f800000)
#endif
// Moments are merged by Chan, Golub and LeVeque's rule, so that a large mean does not spoil the variance.

struct NormShape {
    int pixels, channels, groups;
};

// The block's threads as a grid of lines × columns over pixels × channels.
__device__ __forceinline__ int lineCount(int channels) {
    return channels >= (int)blockDim.x ? 1 : blockDim.x / channels;
}

// Mean and squared deviations of each group over a part of the pixels: partial [N, parts, G, 2].
// Block (part, n), 256 threads, shared memory for 2 · lines · channels floats. row [N, C] is added if not null.
template <class T>
__device__ void groupMoments(const T* x, const T* row, float* partial, NormShape s) {
    DYNAMIC_SHARED(moments);
    int each = (s.pixels + gridDim.x - 1) / gridDim.x;
    int first = blockIdx.x * each;
    int end = first + each < s.pixels ? first + each : s.pixels;
    int lines = lineCount(s.channels);
    int line = lines == 1 ? 0 : threadIdx.x / s.channels;
    int column = lines == 1 ? threadIdx.x : threadIdx.x % s.channels;
    const T* from = x + blockIdx.y * (i64)s.pixels * s.channels;
    if (line < lines) {
        for (int c = column; c < s.channels; c += blockDim.x) {
            float sum = 0.0f;
            float squares = 0.0f;
            int count = 0;
            float shift = first < end ? toFloat(from[(i64)first * s.channels + c]) : 0.0f;
            for (int p = first + line; p < end; p += lines) {
                float d = toFloat(from[(i64)p * s.channels + c]) - shift;
                sum += d;
                squares += d * d;
                count++;
            }
            float mean = count ? sum / count : 0.0f;
            float added = row ? toFloat(row[(i64)blockIdx.y * s.channels + c]) : 0.0f;
            moments[2 * (line * s.channels + c)] = shift + mean + added;
            moments[2 * (line * s.channels + c) + 1] = squares - sum * mean;
        }
    }
    __syncthreads();
    int size = s.channels / s.groups;
    for (int g = threadIdx.x; g < s.groups; g += blockDim.x) {
        float count = 0.0f;
        float mean = 0.0f;
        float squares = 0.0f;
        for (int l = 0; l < lines && first + l < end; l++) {
            float n = (float)((end - first - l + lines - 1) / lines);
            for (int c = g * size; c < (g + 1) * size; c++) {
                float d = moments[2 * (l * s.channels + c)] - mean;
                float total = count + n;
                mean += d * (n / total);
                squares += moments[2 * (l * s.channels + c) + 1] + d * d * (count * n / total);
                count = total;
            }
        }
        float* to = partial + ((blockIdx.y * (i64)gridDim.x + blockIdx.x) * s.groups + g) * 2;
        to[0] = mean;
        to[1] = squares;
    }
}
#define P(T) (const T* x, const T* row, float* partial, NormShape s)
EXPORT(256, groupMoments, P, (x, row, partial, s))
#undef P

// partial [N, parts, G, 2] to mean and rstd [N, G].
KERNEL(256) mergeMoments(const float* partial, int parts, NormShape s, float eps, float* mean, float* rstd, i64 n) {
    FOR_EACH(i, n) {
        i64 sample = i / s.groups;
        int g = (int)(i % s.groups);
        int each = (s.pixels + parts - 1) / parts;
        float size = (float)(s.channels / s.groups);
        float count = 0.0f;
        float average = 0.0f;
        float squares = 0.0f;
        for (int p = 0; p < parts && p * each < s.pixels; p++) {
            const float* from = partial + ((sample * parts + p) * s.groups + g) * 2;
            int left = s.pixels - p * each;
            float m = size * (left < each ? left : each);
            float d = from[0] - average;
            float total = count + m;
            average += d * (m / total);
            squares += from[1] + d * d * (count * m / total);
            count = total;
        }
        mean[i] = average;
        rstd[i] = 1.0f / sqrtf(squares / count + eps);
    }
}

// out = activation((x + row − mean) · rstd · gamma + beta); grid (blocks, N).
template <class T>
__device__ void groupNorm(
        const T* x, const T* row, const float* mean, const float* rstd, const float* gamma, const float* beta,
        int activation, T* out, NormShape s) {
    int n = s.pixels * s.channels;
    int size = s.channels / s.groups;
    const T* from = x + blockIdx.y * (i64)n;
    T* to = out + blockIdx.y * (i64)n;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
        int c = i % s.channels;
        i64 g = (i64)blockIdx.y * s.groups + c / size;
        float v = toFloat(from[i]);
        if (row) {
            v += toFloat(row[(i64)blockIdx.y * s.channels + c]);
        }
        store(to + i, activated(activation, (v - mean[g]) * rstd[g] * gamma[c] + beta[c]));
    }
}
#define P(T)                                                                                                   \
    (const T* x, const T* row, const float* mean, const float* rstd, const float* gamma, const float* beta,    \
     int activation, T* out, NormShape s)
EXPORT(256, groupNorm, P, (x, row, mean, rstd, gamma, beta, activation, out, s))
#undef P

// ---- gradients of the group normalisation, float32 ----

// partial [N, parts, C, 2]: sums over a part of the pixels of up · hat and of up, where up is the gradient
// before the affine map. Block (part, n), shared memory for 2 · lines · channels floats.
KERNEL(256)
groupGradientSums(
        const float* x, const float* gradOut, const float* mean, const float* rstd, const float* gamma,
        const float* beta, int activation, float* partial, NormShape s) {
    DYNAMIC_SHARED(sums);
    int each = (s.pixels + gridDim.x - 1) / gridDim.x;
    int first = blockIdx.x * each;
    int end = first + each < s.pixels ? first + each : s.pixels;
    int lines = lineCount(s.channels);
    int line = lines == 1 ? 0 : threadIdx.x / s.channels;
    int column = lines == 1 ? threadIdx.x : threadIdx.x % s.channels;
    int size = s.channels / s.groups;
    i64 start = blockIdx.y * (i64)s.pixels * s.channels;
    if (line < lines) {
        for (int c = column; c < s.channels; c += blockDim.x) {
            i64 g = (i64)blockIdx.y * s.groups + c / size;
            float withHat = 0.0f;
            float alone = 0.0f;
            for (int p = first + line; p < end; p += lines) {
                i64 i = start + (i64)p * s.channels + c;
                float hat = (x[i] - mean[g]) * rstd[g];
                float up = gradOut[i] * slope(activation, hat * gamma[c] + beta[c]);
                withHat += up * hat;
                alone += up;
            }
            sums[2 * (line * s.channels + c)] = withHat;
            sums[2 * (line * s.channels + c) + 1] = alone;
        }
    }
    __syncthreads();
    float* to = partial + (blockIdx.y * (i64)gridDim.x + blockIdx.x) * s.channels * 2;
    for (int i = threadIdx.x; i < 2 * s.channels; i += blockDim.x) {
        float sum = 0.0f;
        for (int l = 0; l < lines; l++) {
            sum += sums[l * 2 * s.channels + i];
        }
        to[i] = sum;
    }
}

// sums [N, C, 2] to groups [N, G, 2]: sums of gamma times them over a group's channels.
KERNEL(256) groupGradientGroups(const float* sums, const float* gamma, float* groups, NormShape s, i64 n) {
    FOR_EACH(i, n) {
        i64 sample = i / s.groups;
        int g = (int)(i % s.groups);
        int size = s.channels / s.groups;
        float withHat = 0.0f;
        float alone = 0.0f;
        for (int c = g * size; c < (g + 1) * size; c++) {
            withHat += gamma[c] * sums[(sample * s.channels + c) * 2];
            alone += gamma[c] * sums[(sample * s.channels + c) * 2 + 1];
        }
        groups[2 * i] = withHat;
        groups[2 * i + 1] = alone;
    }
}

// sums [parts, C, 2] to the gradients of gamma and beta [C].
KERNEL(256) affineGradients(const float* sums, int parts, float* gradGamma, float* gradBeta, int channels, i64 n) {
    FOR_EACH(c, n) {
        float withHat = 0.0f;
        float alone = 0.0f;
        for (int p = 0; p < parts; p++) {
            withHat += sums[((i64)p * channels + c) * 2];
            alone += sums[((i64)p * channels + c) * 2 + 1];
        }
        gradGamma[c] = withHat;
        gradBeta[c] = alone;
    }
}

KERNEL(256)
groupNormBackward(
        const float* x, const float* gradOut, const float* mean, const float* rstd, const float* gamma,
        const float* beta, int activation, const float* groups, float* gradX, NormShape s) {
    int n = s.pixels * s.channels;
    int size = s.channels / s.groups;
    float count = (float)size * s.pixels;
    i64 start = blockIdx.y * (i64)n;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
        int c = i % s.channels;
        i64 g = (i64)blockIdx.y * s.groups + c / size;
        float hat = (x[start + i] - mean[g]) * rstd[g];
        float up = gradOut[start + i] * slope(activation, hat * gamma[c] + beta[c]) * gamma[c];
        gradX[start + i] = rstd[g] * (up - groups[2 * g + 1] / count - hat * (groups[2 * g] / count));
    }
}

// ---- rows ----

// One block a row. mean and rstd are written unless null.
template <class T>
__device__ void layerNorm(
        const T* x, const float* gamma, const float* beta, float eps, T* out, float* mean, float* rstd, int channels) {
    __shared__ float scratch[33];
    const T* from = x + blockIdx.x * (i64)channels;
    T* to = out + blockIdx.x * (i64)channels;
    float sum = 0.0f;
    for (int c = threadIdx.x; c < channels; c += blockDim.x) {
        sum += toFloat(from[c]);
    }
    float average = blockSum(sum, scratch) / channels;
    float squares = 0.0f;
    for (int c = threadIdx.x; c < channels; c += blockDim.x) {
        float d = toFloat(from[c]) - average;
        squares += d * d;
    }
    float r = 1.0f / sqrtf(blockSum(squares, scratch) / channels + eps);
    for (int c = threadIdx.x; c < channels; c += blockDim.x) {
        store(to + c, (toFloat(from[c]) - average) * r * gamma[c] + beta[c]);
    }
    if (threadIdx.x == 0 && mean) {
        mean[blockIdx.x] = average;
        rstd[blockIdx.x] = r;
    }
}
#define P(T)                                                                                                   \
    (const T* x, const float* gamma, const float* beta, float eps, T* out, float* mean, float* rstd, int channels)
EXPORT(256, layerNorm, P, (x, gamma, beta, eps, out, mean, rstd, channels))
#undef P

KERNEL(256)
layerNormBackward(
        const float* x, const float* gamma, const float* mean, const float* rstd, const float* gradOut, float* gradX,
        int channels) {
    __shared__ float scratch[33];
    i64 start = blockIdx.x * (i64)channels;
    float m = mean[blockIdx.x];
    float r = rstd[blockIdx.x];
    float alone = 0.0f;
    float withHat = 0.0f;
    for (int c = threadIdx.x; c < channels; c += blockDim.x) {
        float up = gradOut[start + c] * gamma[c];
        alone += up;
        withHat += up * (x[start + c] - m) * r;
    }
    alone = blockSum(alone, scratch) / channels;
    withHat = blockSum(withHat, scratch) / channels;
    for (int c = threadIdx.x; c < channels; c += blockDim.x) {
        float hat = (x[start + c] - m) * r;
        gradX[start + c] = r * (gradOut[start + c] * gamma[c] - alone - hat * withHat);
    }
}

// partial [parts, C, 2]: sums over a part of the rows of gradOut · hat and of gradOut.
KERNEL(256)
layerGradientSums(
        const float* x, const float* gradOut, const float* mean, const float* rstd, float* partial, i64 rows,
        int channels) {
    i64 each = (rows + gridDim.x - 1) / gridDim.x;
    i64 first = blockIdx.x * each;
    i64 end = first + each < rows ? first + each : rows;
    for (int c = threadIdx.x; c < channels; c += blockDim.x) {
        float withHat = 0.0f;
        float alone = 0.0f;
        for (i64 i = first; i < end; i++) {
            float g = gradOut[i * channels + c];
            withHat += g * (x[i * channels + c] - mean[i]) * rstd[i];
            alone += g;
        }
        partial[(blockIdx.x * (i64)channels + c) * 2] = withHat;
        partial[(blockIdx.x * (i64)channels + c) * 2 + 1] = alone;
    }
}

// Softmax of float32 rows, one block each.
template <class T>
__device__ void softmax(const float* x, T* out, int channels) {
    __shared__ float scratch[33];
    const float* from = x + blockIdx.x * (i64)channels;
    T* to = out + blockIdx.x * (i64)channels;
    float most = -INFINITY;
    for (int c = threadIdx.x; c < channels; c += blockDim.x) {
        most = fmaxf(most, from[c]);
    }
    most = blockMax(most, scratch);
    float sum = 0.0f;
    for (int c = threadIdx.x; c < channels; c += blockDim.x) {
        sum += expf(from[c] - most);
    }
    float factor = 1.0f / blockSum(sum, scratch);
    for (int c = threadIdx.x; c < channels; c += blockDim.x) {
        store(to + c, expf(from[c] - most) * factor);
    }
}
#define P(T) (const float* x, T* out, int channels)
EXPORT(256, softmax, P, (x, out, channels))
#undef P

// gradX = factor · out · (gradOut − Σ gradOut · out); gradX may be gradOut.
template <class T>
__device__ void softmaxBackward(const T* out, const float* gradOut, float factor, T* gradX, int channels) {
    __shared__ float scratch[33];
    i64 start = blockIdx.x * (i64)channels;
    float dot = 0.0f;
    for (int c = threadIdx.x; c < channels; c += blockDim.x) {
        dot += toFloat(out[start + c]) * gradOut[start + c];
    }
    dot = blockSum(dot, scratch);
    for (int c = threadIdx.x; c < channels; c += blockDim.x) {
        store(gradX + start + c, factor * toFloat(out[start + c]) * (gradOut[start + c] - dot));
    }
}
#define P(T) (const T* out, const float* gradOut, float factor, T* gradX, int channels)
EXPORT(256, softmaxBackward, P, (out, gradOut, factor, gradX, channels))
#undef P
