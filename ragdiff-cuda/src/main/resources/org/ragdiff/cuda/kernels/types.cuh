// Number formats and what all kernels share. No headers are included: NVRTC needs no CUDA toolkit then, and
// a host compiler can compile the same text for tests (RAGDIFF_EMULATED).

typedef unsigned short u16;
typedef unsigned int u32;
typedef long long i64;

struct bf16 {
    u16 bits;
};
struct f16 {
    u16 bits;
};

#ifndef RAGDIFF_EMULATED
#define DYNAMIC_SHARED(name) extern __shared__ float name[]

__device__ __forceinline__ float toFloat(bf16 x) {
    return __uint_as_float(((u32)x.bits) << 16);
}
__device__ __forceinline__ float toFloat(f16 x) {
    float f;
    asm("cvt.f32.f16 %0, %1;" : "=f"(f) : "h"(x.bits));
    return f;
}
__device__ __forceinline__ void fromFloat(float f, bf16& x) {
    asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(x.bits) : "f"(f));
}
__device__ __forceinline__ void fromFloat(float f, f16& x) {
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(x.bits) : "f"(f));
}

// d += a · b, 16×16 times 16×8 over a warp, in the layouts of PTX's mma.m16n8k16.
__device__ __forceinline__ void multiplyTiles(float* d, const u32* a, const u32* b, bf16) {
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
__device__ __forceinline__ void multiplyTiles(float* d, const u32* a, const u32* b, f16) {
    asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#endif

__device__ __forceinline__ float toFloat(float x) {
    return x;
}
__device__ __forceinline__ void fromFloat(float f, float& x) {
    x = f;
}

template <class T>
__device__ __forceinline__ void store(T* at, float f) {
    T x;
    fromFloat(f, x);
    *at = x;
}

// One entry point for each number format: name_f32, name_bf16, name_f16.
#define EXPORT(threads, name, PARAMETERS, ARGUMENTS)                                         \
    extern "C" __global__ void __launch_bounds__(threads) name##_f32 PARAMETERS(float) {     \
        name<float> ARGUMENTS;                                                               \
    }                                                                                        \
    extern "C" __global__ void __launch_bounds__(threads) name##_bf16 PARAMETERS(bf16) {     \
        name<bf16> ARGUMENTS;                                                                \
    }                                                                                        \
    extern "C" __global__ void __launch_bounds__(threads) name##_f16 PARAMETERS(f16) {       \
        name<f16> ARGUMENTS;                                                                 \
    }

#define KERNEL(threads) extern "C" __global__ void __launch_bounds__(threads)

// Elements of a flat array, whatever the grid.
#define FOR_EACH(i, n)                                                   \
    for (i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x; i < (n);    \
         i += gridDim.x * (i64)blockDim.x)

// Same order as org.ragdiff.core.tensor.Activation.
enum Activation { NONE, SILU, GELU, GELU_TANH, RELU, SIGMOID, TANH };

__device__ __forceinline__ float sigmoid(float x) {
    return 1.0f / (1.0f + expf(-x));
}

__device__ __forceinline__ float activated(int activation, float x) {
    switch (activation) {
        case SILU:
            return x * sigmoid(x);
        case GELU:
            return 0.5f * x * (1.0f + erff(x * 0.70710678f));
        case GELU_TANH:
            return 0.5f * x * (1.0f + tanhf(0.79788456f * (x + 0.044715f * x * x * x)));
        case RELU:
            return fmaxf(x, 0.0f);
        case SIGMOID:
            return sigmoid(x);
        case TANH:
            return tanhf(x);
        default:
            return x;
    }
}

__device__ __forceinline__ float slope(int activation, float x) {
    switch (activation) {
        case SILU: {
            float s = sigmoid(x);
            return s * (1.0f + x * (1.0f - s));
        }
        case GELU:
            return 0.5f * (1.0f + erff(x * 0.70710678f)) + x * 0.39894228f * expf(-0.5f * x * x);
        case GELU_TANH: {
            float t = tanhf(0.79788456f * (x + 0.044715f * x * x * x));
            return 0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * 0.79788456f * (1.0f + 0.134145f * x * x);
        }
        case RELU:
            return x > 0.0f ? 1.0f : 0.0f;
        case SIGMOID: {
            float s = sigmoid(x);
            return s * (1.0f - s);
        }
        case TANH: {
            float t = tanhf(x);
            return 1.0f - t * t;
        }
        default:
            return 1.0f;
    }
}

// Sums over a block of full warps; every thread gets the result. scratch: 33 floats of shared memory.
__device__ inline float blockSum(float v, float* scratch) {
    for (int mask = 16; mask > 0; mask >>= 1) {
        v += __shfl_xor_sync(0xffffffffu, v, mask);
    }
    __syncthreads();
    if (threadIdx.x % 32 == 0) {
        scratch[threadIdx.x / 32] = v;
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        float sum = 0.0f;
        for (int w = 0; w < (int)blockDim.x / 32; w++) {
            sum += scratch[w];
        }
        scratch[32] = sum;
    }
    __syncthreads();
    return scratch[32];
}

__device__ inline float blockMax(float v, float* scratch) {
    for (int mask = 16; mask > 0; mask >>= 1) {
        v = fmaxf(v, __shfl_xor_sync(0xffffffffu, v, mask));
    }
    __syncthreads();
    if (threadIdx.x % 32 == 0) {
        scratch[threadIdx.x / 32] = v;
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        float most = scratch[0];
        for (int w = 1; w < (int)blockDim.x / 32; w++) {
            most = fmaxf(most, scratch[w]);
        }
        scratch[32] = most;
    }
    __syncthreads();
    return scratch[32];
}
