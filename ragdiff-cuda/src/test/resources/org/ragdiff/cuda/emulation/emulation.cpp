// The scheduler of fibers, matrix products and convolutions by plain loops, and what Java calls.
#include "emulation.h"
#include "kernels.cu"

#include <jni.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

Three threadIdx, blockIdx, blockDim, gridDim;
char* dynamicShared;

extern "C" void switchFiber(void** from, void* to);
asm(R"(
.text
.globl switchFiber
switchFiber:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
)");

namespace {
constexpr int THREADS = 1024;
constexpr size_t STACK = 64 << 10;
enum State { RUNNABLE, AT_BLOCK, AT_WARP, DONE };

char* stacks = nullptr;
void* saved[THREADS];
State states[THREADS];
void* scheduler;
int current;
alignas(16) char slots[THREADS][32];

using Body = void (*)(void**);
Body body;
void** arguments;

void yield(State state) {
    states[current] = state;
    int self = current;
    switchFiber(&saved[self], scheduler);
    threadIdx.x = self;
}

void fiber() {
    body(arguments);
    states[current] = DONE;
    switchFiber(&saved[current], scheduler);
    abort();
}

// False if threads wait for each other for ever.
bool runBlock(int threads) {
    for (int t = 0; t < threads; t++) {
        void** top = (void**)(stacks + (t + 1) * STACK);
        *--top = nullptr;
        *--top = (void*)fiber;
        top -= 6;
        saved[t] = top;
        states[t] = RUNNABLE;
    }
    for (;;) {
        bool ran = false;
        int alive = 0;
        int waiting = 0;
        for (int t = 0; t < threads; t++) {
            if (states[t] == RUNNABLE) {
                current = t;
                threadIdx.x = t;
                switchFiber(&scheduler, saved[t]);
                ran = true;
            }
        }
        for (int t = 0; t < threads; t++) {
            alive += states[t] != DONE;
            waiting += states[t] == AT_BLOCK;
        }
        if (alive == 0) {
            return true;
        }
        if (waiting == alive) {
            for (int t = 0; t < threads; t++) {
                states[t] = states[t] == AT_BLOCK ? RUNNABLE : states[t];
            }
            continue;
        }
        for (int w = 0; w < threads; w += 32) {
            int members = 0;
            for (int t = w; t < w + 32 && t < threads; t++) {
                members += states[t] == AT_WARP;
            }
            if (members == 32) {
                for (int t = w; t < w + 32; t++) {
                    states[t] = RUNNABLE;
                }
                ran = true;
            }
        }
        if (!ran) {
            return false;
        }
    }
}

template <class... A, size_t... I>
void spread(void (*kernel)(A...), void** p, std::index_sequence<I...>) {
    kernel(*(std::remove_const_t<std::remove_reference_t<A>>*)p[I]...);
}
template <auto KERNEL, class... A>
void callWith(void (*)(A...), void** p) {
    spread(KERNEL, p, std::index_sequence_for<A...>());
}
template <auto KERNEL>
void call(void** p) {
    callWith<KERNEL>(KERNEL, p);
}

const std::map<std::string, Body>& kernels() {
    static std::map<std::string, Body> all = {
#define REGISTER(name) {#name, call<name>},
#include "names.h"
    };
    return all;
}

float read(const char* base, int format, i64 i) {
    switch (format) {
        case 0:
            return ((const float*)base)[i];
        case 1:
            return toFloat(((const bf16*)base)[i]);
        default:
            return toFloat(((const f16*)base)[i]);
    }
}

void write(char* base, int format, i64 i, double v) {
    switch (format) {
        case 0:
            ((float*)base)[i] = (float)v;
            break;
        case 1:
            store((bf16*)base + i, (float)v);
            break;
        default:
            store((f16*)base + i, (float)v);
    }
}
}  // namespace

void __syncthreads() {
    yield(AT_BLOCK);
}
void warpWait() {
    yield(AT_WARP);
}
char* warpSlot(int lane) {
    return slots[threadIdx.x / 32 * 32 + lane];
}

extern "C" {
JNIEXPORT jlong JNICALL Java_org_ragdiff_cuda_emulation_Native_kernel(JNIEnv* env, jclass, jstring name) {
    const char* chars = env->GetStringUTFChars(name, nullptr);
    auto found = kernels().find(chars);
    env->ReleaseStringUTFChars(name, chars);
    return found == kernels().end() ? 0 : (jlong)found->second;
}

JNIEXPORT jboolean JNICALL Java_org_ragdiff_cuda_emulation_Native_launch(
        JNIEnv*, jclass, jlong kernel, jint x, jint y, jint z, jint threads, jint shared, jlong pointers) {
    if (!stacks) {
        stacks = (char*)aligned_alloc(64, THREADS * STACK);
    }
    body = (Body)kernel;
    arguments = (void**)pointers;
    gridDim = {(unsigned)x, (unsigned)y, (unsigned)z};
    blockDim = {(unsigned)threads, 1, 1};
    dynamicShared = (char*)aligned_alloc(64, (shared + 127) / 64 * 64);
    bool done = true;
    for (int k = 0; k < z && done; k++) {
        for (int j = 0; j < y && done; j++) {
            for (int i = 0; i < x && done; i++) {
                blockIdx = {(unsigned)i, (unsigned)j, (unsigned)k};
                memset(dynamicShared, 0xff, shared);
                done = runBlock(threads);
            }
        }
    }
    free(dynamicShared);
    return done;
}

// Row-major d = alpha · op(a) · op(b) + beta · c (+ bias), in batches; see ProductSpec.
JNIEXPORT void JNICALL Java_org_ragdiff_cuda_emulation_Native_product(
        JNIEnv* env, jclass, jlongArray shape, jlongArray addresses, jint in, jint out, jboolean ta, jboolean tb,
        jfloat alpha, jfloat beta) {
    jlong s[10];
    jlong p[5];
    env->GetLongArrayRegion(shape, 0, 10, s);
    env->GetLongArrayRegion(addresses, 0, 5, p);
    i64 batch = s[0], m = s[1], n = s[2], k = s[3], lda = s[4], ldb = s[5], ldc = s[6];
    std::vector<float> a(m * k), b(k * n);
    for (i64 q = 0; q < batch; q++) {
        for (i64 i = 0; i < m; i++) {
            for (i64 l = 0; l < k; l++) {
                a[i * k + l] = read((char*)p[0], in, q * s[7] + (ta ? l * lda + i : i * lda + l));
            }
        }
        for (i64 l = 0; l < k; l++) {
            for (i64 j = 0; j < n; j++) {
                b[l * n + j] = read((char*)p[1], in, q * s[8] + (tb ? j * ldb + l : l * ldb + j));
            }
        }
        std::vector<double> row(n);
        for (i64 i = 0; i < m; i++) {
            std::fill(row.begin(), row.end(), 0.0);
            for (i64 l = 0; l < k; l++) {
                for (i64 j = 0; j < n; j++) {
                    row[j] += (double)a[i * k + l] * b[l * n + j];
                }
            }
            for (i64 j = 0; j < n; j++) {
                i64 at = q * s[9] + i * ldc + j;
                double v = alpha * row[j] + (beta != 0 ? beta * read((char*)p[3], out, at) : 0.0);
                write((char*)p[4], out, at, v + (p[2] ? read((char*)p[2], out, j) : 0.0f));
            }
        }
    }
}

// x [N, H, W, Ci], w [Co, kh, kw, Ci], y [N, Ho, Wo, Co]; kind 0: y, 1: x, 2: w is computed of the others.
JNIEXPORT void JNICALL Java_org_ragdiff_cuda_emulation_Native_convolution(
        JNIEnv* env, jclass, jint kind, jlongArray shape, jlong x, jlong w, jlong y, jint format) {
    jlong s[12];
    env->GetLongArrayRegion(shape, 0, 12, s);
    i64 n = s[0], h = s[1], wd = s[2], ci = s[3], co = s[4], kh = s[5], kw = s[6], stride = s[7], top = s[8], left = s[9];
    i64 ho = s[10], wo = s[11];
    i64 sizes[3] = {n * ho * wo * co, n * h * wd * ci, co * kh * kw * ci};
    std::vector<double> sum(sizes[kind]);
    for (i64 b = 0; b < n; b++)
        for (i64 oy = 0; oy < ho; oy++)
            for (i64 ox = 0; ox < wo; ox++)
                for (i64 ky = 0; ky < kh; ky++)
                    for (i64 kx = 0; kx < kw; kx++) {
                        i64 iy = oy * stride - top + ky, ix = ox * stride - left + kx;
                        if (iy < 0 || ix < 0 || iy >= h || ix >= wd) {
                            continue;
                        }
                        for (i64 o = 0; o < co; o++)
                            for (i64 i = 0; i < ci; i++) {
                                i64 xi = ((b * h + iy) * wd + ix) * ci + i;
                                i64 wi = ((o * kh + ky) * kw + kx) * ci + i;
                                i64 yi = ((b * ho + oy) * wo + ox) * co + o;
                                if (kind == 0) {
                                    sum[yi] += (double)read((char*)x, format, xi) * read((char*)w, format, wi);
                                } else if (kind == 1) {
                                    sum[xi] += (double)read((char*)y, format, yi) * read((char*)w, format, wi);
                                } else {
                                    sum[wi] += (double)read((char*)x, format, xi) * read((char*)y, format, yi);
                                }
                            }
                    }
    char* to = (char*)(kind == 0 ? y : kind == 1 ? x : w);
    for (i64 i = 0; i < (i64)sum.size(); i++) {
        write(to, format, i, sum[i]);
    }
}
}
