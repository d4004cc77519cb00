// AdamW (Loshchilov and Hutter 2019) of many arrays in one pass, which also clears gradients and moves averages.

struct AdamTensor {
    float* parameter;
    float* gradient;
    float* m;
    float* v;
    float* average;
    i64 length;
};

struct AdamScalars {
    float learningRate, beta1, beta2, eps, decay, correction1, correction2, gradScale, averageDecay;
    int clear;
};

// starts[t]: the first block of tensor t; each block updates 4096 elements.
KERNEL(256) adamW(const AdamTensor* tensors, const int* starts, int count, AdamScalars s) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (starts[middle] <= (int)blockIdx.x) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    AdamTensor t = tensors[low];
    i64 first = (i64)(blockIdx.x - starts[low]) * 4096;
    i64 end = first + 4096 < t.length ? first + 4096 : t.length;
    for (i64 i = first + threadIdx.x; i < end; i += blockDim.x) {
        float g = t.gradient[i] * s.gradScale;
        float p = t.parameter[i] * (1.0f - s.learningRate * s.decay);
        float m = s.beta1 * t.m[i] + (1.0f - s.beta1) * g;
        float v = s.beta2 * t.v[i] + (1.0f - s.beta2) * g * g;
        p -= s.learningRate * (m / s.correction1) / (sqrtf(v / s.correction2) + s.eps);
        t.parameter[i] = p;
        t.m[i] = m;
        t.v[i] = v;
        if (s.clear) {
            t.gradient[i] = 0.0f;
        }
        if (t.average) {
            t.average[i] = s.averageDecay * t.average[i] + (1.0f - s.averageDecay) * p;
        }
    }
}
