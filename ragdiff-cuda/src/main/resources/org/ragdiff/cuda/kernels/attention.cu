// Attention over own and reference keys (FlashAttention, Dao et al. 2022 and 2023: scores never leave the chip).
// Queries [N, Tq, C], own keys and values [N, Tk, C], reference ones [N, Tr, C]; heads are slices of channels.

struct AttentionShape {
    int queries, own, references, heads, head;
    float scale;
};

// ---- float32: 32 queries × 32 keys a step, 128 threads, 4 threads a query ----

// Shared memory: 3 · 32 · (head + 1) + 32 · 33 floats. Grid (query blocks, heads, N).
KERNEL(128) attendPlain(
        const float* q, const float* k, const float* v, const float* kRef, const float* vRef, float* out,
        AttentionShape s) {
    DYNAMIC_SHARED(memory);
    int width = s.head + 1;
    float* queries = memory;
    float* keys = queries + 32 * width;
    float* sums = keys + 32 * width;
    float* scores = sums + 32 * width;
    int channels = s.heads * s.head;
    int first = blockIdx.x * 32;
    i64 headAt = blockIdx.y * s.head;
    int line = threadIdx.x / 4;
    int lane = threadIdx.x % 4;
    for (int i = threadIdx.x; i < 32 * s.head; i += 128) {
        int t = i / s.head;
        int d = i % s.head;
        i64 at = (blockIdx.z * (i64)s.queries + first + t) * channels + headAt + d;
        queries[t * width + d] = first + t < s.queries ? q[at] * s.scale : 0.0f;
        sums[t * width + d] = 0.0f;
    }
    float most = -1e30f;
    float total = 0.0f;
    for (int range = 0; range < 2; range++) {
        int count = range == 0 ? s.own : s.references;
        const float* ks = (range == 0 ? k : kRef) + (blockIdx.z * (i64)count) * channels + headAt;
        const float* vs = (range == 0 ? v : vRef) + (blockIdx.z * (i64)count) * channels + headAt;
        for (int tile = 0; tile < count; tile += 32) {
            __syncthreads();
            for (int i = threadIdx.x; i < 32 * s.head; i += 128) {
                int t = i / s.head;
                int d = i % s.head;
                keys[t * width + d] = tile + t < count ? ks[(i64)(tile + t) * channels + d] : 0.0f;
            }
            __syncthreads();
            float highest = most;
            for (int j = lane; j < 32; j += 4) {
                float dot = 0.0f;
                for (int d = 0; d < s.head; d++) {
                    dot += queries[line * width + d] * keys[j * width + d];
                }
                dot = tile + j < count ? dot : -1e30f;
                scores[line * 33 + j] = dot;
                highest = fmaxf(highest, dot);
            }
            highest = fmaxf(highest, __shfl_xor_sync(0xffffffffu, highest, 1));
            highest = fmaxf(highest, __shfl_xor_sync(0xffffffffu, highest, 2));
            float shrink = expf(most - highest);
            most = highest;
            float part = 0.0f;
            for (int j = lane; j < 32; j += 4) {
                float p = tile + j < count ? expf(scores[line * 33 + j] - highest) : 0.0f;
                scores[line * 33 + j] = p;
                part += p;
            }
            part += __shfl_xor_sync(0xffffffffu, part, 1);
            part += __shfl_xor_sync(0xffffffffu, part, 2);
            total = total * shrink + part;
            __syncthreads();
            for (int i = threadIdx.x; i < 32 * s.head; i += 128) {
                int t = i / s.head;
                int d = i % s.head;
                keys[t * width + d] = tile + t < count ? vs[(i64)(tile + t) * channels + d] : 0.0f;
            }
            __syncthreads();
            for (int d = lane; d < s.head; d += 4) {
                float sum = sums[line * width + d] * shrink;
                for (int j = 0; j < 32; j++) {
                    sum += scores[line * 33 + j] * keys[j * width + d];
                }
                sums[line * width + d] = sum;
            }
        }
    }
    if (first + line < s.queries) {
        for (int d = lane; d < s.head; d += 4) {
            i64 at = (blockIdx.z * (i64)s.queries + first + line) * channels + headAt + d;
            out[at] = sums[line * width + d] / total;
        }
    }
}

// ---- bfloat16 and float16 on tensor cores: 4 warps, each 16 queries ----

__device__ __forceinline__ u32 pair(u16 low, u16 high) {
    return (u32)low | ((u32)high << 16);
}

template <class T>
__device__ __forceinline__ u32 pairOf(float low, float high) {
    T a;
    T b;
    fromFloat(low, a);
    fromFloat(high, b);
    return pair(a.bits, b.bits);
}

struct Eight {
    u32 words[4];
};

// HEAD: the head's channels, rounded up to 16. KEYS: keys a step. Grid (query blocks of 64, heads, N).
template <class T, int HEAD, int KEYS>
__device__ void attend(
        const T* q, const T* k, const T* v, const T* kRef, const T* vRef, T* out, AttentionShape s) {
    alignas(16) __shared__ u16 keys[KEYS * (HEAD + 8)];
    alignas(16) __shared__ u16 values[HEAD * (KEYS + 8)];
    const float infinity = 1e30f;
    int channels = s.heads * s.head;
    int warp = threadIdx.x / 32;
    int row = threadIdx.x % 32 / 4;
    int column = threadIdx.x % 4 * 2;
    int first = blockIdx.x * 64 + warp * 16 + row;
    i64 headAt = blockIdx.y * s.head;
    // Eight channels at once, where heads and rows begin at multiples of 16 bytes.
    bool aligned = s.head % 8 == 0 && ((unsigned long long)k | (unsigned long long)v | (unsigned long long)kRef
                                       | (unsigned long long)vRef) % 16 == 0;

    u32 queries[HEAD / 16][4];
#pragma unroll
    for (int block = 0; block < HEAD / 16; block++) {
#pragma unroll
        for (int part = 0; part < 4; part++) {
            int t = first + part % 2 * 8;
            int d = block * 16 + part / 2 * 8 + column;
            const T* from = q + (blockIdx.z * (i64)s.queries + t) * channels + headAt + d;
            u16 low = t < s.queries && d < s.head ? from[0].bits : (u16)0;
            u16 high = t < s.queries && d + 1 < s.head ? from[1].bits : (u16)0;
            queries[block][part] = pair(low, high);
        }
    }
    float sums[HEAD / 8][4];
#pragma unroll
    for (int n = 0; n < HEAD / 8; n++) {
#pragma unroll
        for (int e = 0; e < 4; e++) {
            sums[n][e] = 0.0f;
        }
    }
    float most[2] = {-infinity, -infinity};
    float total[2] = {0.0f, 0.0f};
    float factor = s.scale * 1.44269504f;

    for (int range = 0; range < 2; range++) {
        int count = range == 0 ? s.own : s.references;
        const T* ks = (range == 0 ? k : kRef) + (blockIdx.z * (i64)count) * channels + headAt;
        const T* vs = (range == 0 ? v : vRef) + (blockIdx.z * (i64)count) * channels + headAt;
        for (int tile = 0; tile < count; tile += KEYS) {
            __syncthreads();
            for (int i = threadIdx.x; i < KEYS * (HEAD / 8); i += 128) {
                int t = i / (HEAD / 8);
                int d = i % (HEAD / 8) * 8;
                Eight kv = {{0, 0, 0, 0}};
                Eight vv = {{0, 0, 0, 0}};
                if (tile + t < count && d < s.head) {
                    const T* kFrom = ks + (i64)(tile + t) * channels + d;
                    const T* vFrom = vs + (i64)(tile + t) * channels + d;
                    if (aligned) {
                        kv = *(const Eight*)__builtin_assume_aligned(kFrom, 16);
                        vv = *(const Eight*)__builtin_assume_aligned(vFrom, 16);
                    } else {
                        for (int e = 0; e < 8; e++) {
                            if (d + e < s.head) {
                                kv.words[e / 2] |= (u32)kFrom[e].bits << (e % 2 * 16);
                                vv.words[e / 2] |= (u32)vFrom[e].bits << (e % 2 * 16);
                            }
                        }
                    }
                }
                *(Eight*)__builtin_assume_aligned(keys + t * (HEAD + 8) + d, 16) = kv;
#pragma unroll
                for (int e = 0; e < 8; e++) {
                    values[(d + e) * (KEYS + 8) + t] = (u16)(vv.words[e / 2] >> (e % 2 * 16));
                }
            }
            __syncthreads();
            float scores[KEYS / 8][4];
#pragma unroll
            for (int n = 0; n < KEYS / 8; n++) {
#pragma unroll
                for (int e = 0; e < 4; e++) {
                    scores[n][e] = 0.0f;
                }
#pragma unroll
                for (int block = 0; block < HEAD / 16; block++) {
                    const u16* from = keys + (n * 8 + row) * (HEAD + 8) + block * 16 + column;
                    u32 b[2] = {*(const u32*)from, *(const u32*)(from + 8)};
                    multiplyTiles(scores[n], queries[block], b, T());
                }
            }
            float highest[2] = {most[0], most[1]};
#pragma unroll
            for (int n = 0; n < KEYS / 8; n++) {
#pragma unroll
                for (int e = 0; e < 4; e++) {
                    bool inside = tile + n * 8 + column + e % 2 < count;
                    scores[n][e] = inside ? scores[n][e] * factor : -infinity;
                    highest[e / 2] = fmaxf(highest[e / 2], scores[n][e]);
                }
            }
            float shrink[2];
            float part[2] = {0.0f, 0.0f};
#pragma unroll
            for (int h = 0; h < 2; h++) {
                highest[h] = fmaxf(highest[h], __shfl_xor_sync(0xffffffffu, highest[h], 1));
                highest[h] = fmaxf(highest[h], __shfl_xor_sync(0xffffffffu, highest[h], 2));
                shrink[h] = exp2f(most[h] - highest[h]);
                most[h] = highest[h];
            }
#pragma unroll
            for (int n = 0; n < KEYS / 8; n++) {
#pragma unroll
                for (int e = 0; e < 4; e++) {
                    scores[n][e] = exp2f(scores[n][e] - highest[e / 2]);
                    part[e / 2] += scores[n][e];
                }
            }
#pragma unroll
            for (int h = 0; h < 2; h++) {
                part[h] += __shfl_xor_sync(0xffffffffu, part[h], 1);
                part[h] += __shfl_xor_sync(0xffffffffu, part[h], 2);
                total[h] = total[h] * shrink[h] + part[h];
            }
#pragma unroll
            for (int n = 0; n < HEAD / 8; n++) {
#pragma unroll
                for (int e = 0; e < 4; e++) {
                    sums[n][e] *= shrink[e / 2];
                }
            }
#pragma unroll
            for (int block = 0; block < KEYS / 16; block++) {
                u32 a[4] = {
                    pairOf<T>(scores[2 * block][0], scores[2 * block][1]),
                    pairOf<T>(scores[2 * block][2], scores[2 * block][3]),
                    pairOf<T>(scores[2 * block + 1][0], scores[2 * block + 1][1]),
                    pairOf<T>(scores[2 * block + 1][2], scores[2 * block + 1][3])};
#pragma unroll
                for (int n = 0; n < HEAD / 8; n++) {
                    const u16* from = values + (n * 8 + row) * (KEYS + 8) + block * 16 + column;
                    u32 b[2] = {*(const u32*)from, *(const u32*)(from + 8)};
                    multiplyTiles(sums[n], a, b, T());
                }
            }
        }
    }
#pragma unroll
    for (int n = 0; n < HEAD / 8; n++) {
#pragma unroll
        for (int e = 0; e < 4; e++) {
            int t = first + e / 2 * 8;
            int d = n * 8 + column + e % 2;
            if (t < s.queries && d < s.head) {
                store(out + (blockIdx.z * (i64)s.queries + t) * channels + headAt + d, sums[n][e] / total[e / 2]);
            }
        }
    }
}

#define ATTEND(head, keys)                                                                                     \
    KERNEL(128) attend##head##_bf16(const bf16* q, const bf16* k, const bf16* v, const bf16* kRef,             \
                                    const bf16* vRef, bf16* out, AttentionShape s) {                           \
        attend<bf16, head, keys>(q, k, v, kRef, vRef, out, s);                                                 \
    }                                                                                                          \
    KERNEL(128) attend##head##_f16(const f16* q, const f16* k, const f16* v, const f16* kRef, const f16* vRef, \
                                   f16* out, AttentionShape s) {                                               \
        attend<f16, head, keys>(q, k, v, kRef, vRef, out, s);                                                  \
    }

ATTEND(16, 64)
ATTEND(32, 64)
ATTEND(48, 64)
ATTEND(64, 64)
ATTEND(80, 64)
ATTEND(96, 32)
ATTEND(128, 32)
ATTEND(160, 32)

// ---- rows of heads, for attention by matrix products ----

// [N, T, C] to part of out [N, heads, rows, head], from row `to` on.
template <class T>
__device__ void splitHeads(const T* x, T* out, int tokens, int heads, int head, int rows, int to, i64 n) {
    FOR_EACH(i, n) {
        int d = (int)(i % head);
        i64 at = i / head;
        int h = (int)(at % heads);
        at /= heads;
        int t = (int)(at % tokens);
        i64 sample = at / tokens;
        out[((sample * heads + h) * rows + to + t) * head + d] = x[i];
    }
}
#define P(T) (const T* x, T* out, int tokens, int heads, int head, int rows, int to, i64 n)
EXPORT(256, splitHeads, P, (x, out, tokens, heads, head, rows, to, n))
#undef P

// The inverse, to an array of T.
template <class T>
__device__ void joinHeads(const float* x, T* out, int tokens, int heads, int head, int rows, int from, i64 n) {
    FOR_EACH(i, n) {
        int d = (int)(i % head);
        i64 at = i / head;
        int h = (int)(at % heads);
        at /= heads;
        int t = (int)(at % tokens);
        i64 sample = at / tokens;
        store(out + i, x[((sample * heads + h) * rows + from + t) * head + d]);
    }
}
#define P(T) (const float* x, T* out, int tokens, int heads, int head, int rows, int from, i64 n)
EXPORT(256, joinHeads, P, (x, out, tokens, heads, head, rows, from, n))
#undef P
