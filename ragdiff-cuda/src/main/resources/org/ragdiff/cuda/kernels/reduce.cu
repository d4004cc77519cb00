// Sums in an order that shapes alone fix: first over parts of the rows, then over the parts.

// x [B, M, C] to partial [B, gridDim.x, C]; block (part, b), 256 threads.
template <class T>
__device__ void columnSums(const T* x, float* partial, i64 rows, int channels) {
    i64 each = (rows + gridDim.x - 1) / gridDim.x;
    i64 first = blockIdx.x * each;
    i64 end = first + each < rows ? first + each : rows;
    const T* from = x + blockIdx.y * rows * channels;
    float* to = partial + (blockIdx.y * (i64)gridDim.x + blockIdx.x) * channels;
    for (int c = threadIdx.x; c < channels; c += blockDim.x) {
        float sum = 0.0f;
        for (i64 r = first; r < end; r++) {
            sum += toFloat(from[r * channels + c]);
        }
        to[c] = sum;
    }
}
#define P(T) (const T* x, float* partial, i64 rows, int channels)
EXPORT(256, columnSums, P, (x, partial, rows, channels))
#undef P

// partial [B, parts, C] to out [B, C]; n = B · C.
template <class T>
__device__ void sumParts(const float* partial, T* out, int parts, int channels, i64 n) {
    FOR_EACH(i, n) {
        const float* from = partial + i / channels * parts * channels + i % channels;
        float sum = 0.0f;
        for (int p = 0; p < parts; p++) {
            sum += from[(i64)p * channels];
        }
        store(out + i, sum);
    }
}
#define P(T) (const float* partial, T* out, int parts, int channels, i64 n)
EXPORT(256, sumParts, P, (partial, out, parts, channels, n))
#undef P

// Sum of squares, one double a block: partial[blockIdx.x].
KERNEL(256) sumSquares(const float* x, double* partial, i64 n) {
    __shared__ double sums[256];
    double sum = 0.0;
    FOR_EACH(i, n) {
        sum += (double)x[i] * x[i];
    }
    sums[threadIdx.x] = sum;
    __syncthreads();
    for (int half = blockDim.x / 2; half > 0; half >>= 1) {
        if ((int)threadIdx.x < half) {
            sums[threadIdx.x] += sums[threadIdx.x + half];
        }
        __syncthreads();
    }
    if (threadIdx.x == 0) {
        partial[blockIdx.x] = sums[0];
    }
}
