package org.ragdiff.core.tensor.onednn;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.Kernels.AdamWState;
import org.ragdiff.core.tensor.Kernels.AdamWStep;

/**
 * AdamW's arithmetic over pieces of parameters (Loshchilov and Hutter 2019), with the gradients' return to zero
 * and the average of the parameters in the same pass over memory. Immutable, thread-safe.
 */
final class AdamWLoop {
    private final float beta1;
    private final float beta2;
    private final float decay;
    private final float rate;
    private final float root;
    private final float eps;
    private final float gradScale;
    private final float averageDecay;
    private final boolean clear;

    /** @param clear whether gradients are set to zero */
    AdamWLoop(AdamWStep s, float gradScale, float averageDecay, boolean clear) {
        this.beta1 = s.beta1();
        this.beta2 = s.beta2();
        this.decay = 1 - s.learningRate() * s.weightDecay();
        this.rate = (float) (s.learningRate() / (1 - Math.pow(beta1, s.step())));
        this.root = (float) (1 / Math.sqrt(1 - Math.pow(beta2, s.step())));
        this.eps = s.eps();
        this.gradScale = gradScale;
        this.averageDecay = averageDecay;
        this.clear = clear;
    }

    void run(AdamWState p, HostLoops.Piece piece) {
        HostLoops.Buffers b = HostLoops.buffers();
        int n = piece.count();
        read(p.parameter(), piece, b.a);
        read(p.gradient(), piece, b.b);
        read(p.m(), piece, b.c);
        read(p.v(), piece, b.d);
        update(b.a, b.b, b.c, b.d, n);
        write(p.parameter(), piece, b.a);
        write(p.m(), piece, b.c);
        write(p.v(), piece, b.d);
        if (clear) {
            Arrays.fill(b.b, 0, n, 0);
            write(p.gradient(), piece, b.b);
        }
        if (p.average() != null) {
            read(p.average(), piece, b.c);
            average(b.c, b.a, n, averageDecay);
            write(p.average(), piece, b.c);
        }
    }

    private static void read(INDArray from, HostLoops.Piece piece, float[] to) {
        HostLoops.at(RawAddress.of(from), piece.from()).get(to, 0, piece.count());
    }

    private static void write(INDArray to, HostLoops.Piece piece, float[] from) {
        HostLoops.at(RawAddress.of(to), piece.from()).put(from, 0, piece.count());
    }

    private void update(float[] p, float[] g, float[] m, float[] v, int n) {
        update(p, g, m, v, n, beta1, beta2, decay, rate, root, eps, gradScale);
    }

    /** Static and over locals alone, so that the compiler vectorises it. */
    private static void update(
            float[] p,
            float[] g,
            float[] m,
            float[] v,
            int n,
            float beta1,
            float beta2,
            float decay,
            float rate,
            float root,
            float eps,
            float gradScale) {
        float rest1 = 1 - beta1;
        float rest2 = 1 - beta2;
        for (int i = 0; i < n; i++) {
            float grad = g[i] * gradScale;
            float first = m[i] * beta1 + grad * rest1;
            float second = v[i] * beta2 + grad * grad * rest2;
            m[i] = first;
            v[i] = second;
            p[i] = p[i] * decay - rate * first / ((float) Math.sqrt(second) * root + eps);
        }
    }

    private static void average(float[] a, float[] p, int n, float decay) {
        float rest = 1 - decay;
        for (int i = 0; i < n; i++) {
            a[i] = a[i] * decay + p[i] * rest;
        }
    }
}
