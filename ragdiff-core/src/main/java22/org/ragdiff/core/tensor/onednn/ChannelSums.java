package org.ragdiff.core.tensor.onednn;

import static org.ragdiff.core.tensor.onednn.VectorMemory.BYTES;
import static org.ragdiff.core.tensor.onednn.VectorMemory.F;
import static org.ragdiff.core.tensor.onednn.VectorMemory.LANES;
import static org.ragdiff.core.tensor.onednn.VectorMemory.load;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Sums over tokens of each channel's differences to a first token, and of their squares. Sums lie in an array: those of
 * the differences from {@code at} on, those of the squares C values behind. Stateless.
 */
final class ChannelSums {
    private static final int BLOCK = 4 * LANES;
    private static final int STREAM_BLOCK = 2 * LANES;
    private static final int STREAMS = 4;
    private static final int ROWS = 2;

    private ChannelSums() {}

    /** Of tokens [from, to), down a few channels at a time, as is fastest in the cache. */
    static void down(long x, int from, int to, int c, float[] out, int at) {
        Arrays.fill(out, at, at + 2 * c, 0);
        add(x, from, to, c, out, at);
    }

    /**
     * Of tokens [from, to) at four places at a time: a processor reads ahead within a page of memory alone, so one stream
     * waits at the end of each.
     */
    static void inStreams(long x, int from, int to, int c, float[] out, int at) {
        Arrays.fill(out, at, at + 2 * c, 0);
        long stride = 4L * c;
        int each = (to - from) / STREAMS / ROWS * ROWS;
        for (int i = 0; i < each; i += ROWS) {
            turn(x, x + (from + i) * stride, each * stride, c, out, at);
        }
        add(x, from + STREAMS * each, to, c, out, at);
    }

    private static void add(long x, int from, int to, int c, float[] out, int at) {
        long stride = 4L * c;
        long first = x + from * stride;
        long last = x + to * stride;
        int i = 0;
        for (; i + BLOCK <= c; i += BLOCK) {
            long base = x + 4L * i;
            FloatVector k0 = load(base);
            FloatVector k1 = load(base + BYTES);
            FloatVector k2 = load(base + 2 * BYTES);
            FloatVector k3 = load(base + 3 * BYTES);
            FloatVector s0 = FloatVector.zero(F);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            FloatVector q0 = s0;
            FloatVector q1 = s0;
            FloatVector q2 = s0;
            FloatVector q3 = s0;
            for (long a = first + 4L * i; a < last; a += stride) {
                FloatVector d0 = load(a).sub(k0);
                FloatVector d1 = load(a + BYTES).sub(k1);
                FloatVector d2 = load(a + 2 * BYTES).sub(k2);
                FloatVector d3 = load(a + 3 * BYTES).sub(k3);
                s0 = s0.add(d0);
                s1 = s1.add(d1);
                s2 = s2.add(d2);
                s3 = s3.add(d3);
                q0 = d0.fma(d0, q0);
                q1 = d1.fma(d1, q1);
                q2 = d2.fma(d2, q2);
                q3 = d3.fma(d3, q3);
            }
            int o = at + i;
            addTo(out, o, s0, c, q0);
            addTo(out, o + LANES, s1, c, q1);
            addTo(out, o + 2 * LANES, s2, c, q2);
            addTo(out, o + 3 * LANES, s3, c, q3);
        }
        for (; i < c; i += LANES) {
            VectorMask<Float> m = F.indexInRange(i, c);
            FloatVector k = load(x + 4L * i, m);
            FloatVector s = FloatVector.zero(F);
            FloatVector q = s;
            for (long a = first + 4L * i; a < last; a += stride) {
                FloatVector d = load(a, m).sub(k);
                s = s.add(d);
                q = d.fma(d, q);
            }
            s.add(FloatVector.fromArray(F, out, at + i, m)).intoArray(out, at + i, m);
            q.add(FloatVector.fromArray(F, out, at + c + i, m)).intoArray(out, at + c + i, m);
        }
    }

    private static void addTo(float[] out, int at, FloatVector sum, int c, FloatVector squares) {
        sum.add(FloatVector.fromArray(F, out, at)).intoArray(out, at);
        squares.add(FloatVector.fromArray(F, out, at + c)).intoArray(out, at + c);
    }

    /** Adds two tokens of each stream. */
    private static void turn(long x, long start, long gap, int c, float[] out, int at) {
        long stride = 4L * c;
        int i = 0;
        for (; i + STREAM_BLOCK <= c; i += STREAM_BLOCK) {
            FloatVector k0 = load(x + 4L * i);
            FloatVector k1 = load(x + 4L * i + BYTES);
            int o = at + i;
            FloatVector s0 = FloatVector.fromArray(F, out, o);
            FloatVector s1 = FloatVector.fromArray(F, out, o + LANES);
            FloatVector q0 = FloatVector.fromArray(F, out, o + c);
            FloatVector q1 = FloatVector.fromArray(F, out, o + c + LANES);
            long a = start + 4L * i;
            for (int r = 0; r < ROWS; r++, a += stride) {
                FloatVector d0 = load(a).sub(k0);
                FloatVector d1 = load(a + BYTES).sub(k1);
                FloatVector e0 = load(a + gap).sub(k0);
                FloatVector e1 = load(a + gap + BYTES).sub(k1);
                FloatVector f0 = load(a + 2 * gap).sub(k0);
                FloatVector f1 = load(a + 2 * gap + BYTES).sub(k1);
                FloatVector g0 = load(a + 3 * gap).sub(k0);
                FloatVector g1 = load(a + 3 * gap + BYTES).sub(k1);
                s0 = s0.add(d0).add(e0).add(f0).add(g0);
                s1 = s1.add(d1).add(e1).add(f1).add(g1);
                q0 = g0.fma(g0, f0.fma(f0, e0.fma(e0, d0.fma(d0, q0))));
                q1 = g1.fma(g1, f1.fma(f1, e1.fma(e1, d1.fma(d1, q1))));
            }
            s0.intoArray(out, o);
            s1.intoArray(out, o + LANES);
            q0.intoArray(out, o + c);
            q1.intoArray(out, o + c + LANES);
        }
        for (; i < c; i += LANES) {
            VectorMask<Float> m = F.indexInRange(i, c);
            FloatVector k = load(x + 4L * i, m);
            FloatVector s = FloatVector.fromArray(F, out, at + i, m);
            FloatVector q = FloatVector.fromArray(F, out, at + c + i, m);
            for (int stream = 0; stream < STREAMS; stream++) {
                for (int r = 0; r < ROWS; r++) {
                    FloatVector d = load(start + stream * gap + r * stride + 4L * i, m).sub(k);
                    s = s.add(d);
                    q = d.fma(d, q);
                }
            }
            s.intoArray(out, at + i, m);
            q.intoArray(out, at + c + i, m);
        }
    }
}
