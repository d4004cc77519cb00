// Runs CUDA kernels on the processor: what kernels name of CUDA, for a host compiler. The threads of a block are
// fibers that take turns, so that barriers and exchanges within a warp mean what they mean on a GPU.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#define RAGDIFF_EMULATED 1
#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(n)
#define __shared__ static

struct Three {
    unsigned x, y, z;
};
extern Three threadIdx, blockIdx, blockDim, gridDim;
extern char* dynamicShared;
#define DYNAMIC_SHARED(name) float* name = (float*)dynamicShared

void __syncthreads();
// What a warp's lanes hand to each other: 32 bytes a lane, valid between two waits.
char* warpSlot(int lane);
void warpWait();

inline float __shfl_xor_sync(unsigned, float v, int mask) {
    int lane = threadIdx.x % 32;
    *(float*)warpSlot(lane) = v;
    warpWait();
    float other = *(float*)warpSlot(lane ^ mask);
    warpWait();
    return other;
}
inline float __int_as_float(int i) {
    float f;
    memcpy(&f, &i, 4);
    return f;
}
inline uint32_t bitsOf(float f) {
    uint32_t u;
    memcpy(&u, &f, 4);
    return u;
}
