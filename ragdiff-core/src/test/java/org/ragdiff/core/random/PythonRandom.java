package org.ragdiff.core.random;

/** CPython's {@code random.Random} with a small seed: MT19937 seeded by an array of one word. */
public final class PythonRandom {
    private static final int N = 624;
    private static final int M = 397;

    private final int[] words = new int[N];
    private int at = N;

    public PythonRandom(int seed) {
        words[0] = 19_650_218;
        for (int i = 1; i < N; i++) {
            words[i] = 1_812_433_253 * mixed(i) + i;
        }
        for (int i = 1, k = 0; k < N; k++) {
            words[i] = (words[i] ^ mixed(i) * 1_664_525) + seed;
            i = next(i);
        }
        // The first pass ended at 1 again; its word is the next to be mixed.
        for (int i = 2, k = 0; k < N - 1; k++) {
            words[i] = (words[i] ^ mixed(i) * 1_566_083_941) - i;
            i = next(i);
        }
        words[0] = 0x80000000;
    }

    private int mixed(int i) {
        int before = words[i - 1];
        return before ^ before >>> 30;
    }

    private int next(int i) {
        if (i + 1 < N) {
            return i + 1;
        }
        words[0] = words[N - 1];
        return 1;
    }

    private int word() {
        if (at == N) {
            for (int i = 0; i < N; i++) {
                int y = words[i] & 0x80000000 | words[(i + 1) % N] & 0x7fffffff;
                words[i] = words[(i + M) % N] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
            }
            at = 0;
        }
        int y = words[at++];
        y ^= y >>> 11;
        y ^= y << 7 & 0x9d2c5680;
        y ^= y << 15 & 0xefc60000;
        return y ^ y >>> 18;
    }

    /** {@code random()}: 53 bits in [0, 1). */
    public double next() {
        long high = word() >>> 5;
        long low = word() >>> 6;
        return (high * 67_108_864.0 + low) / 9_007_199_254_740_992.0;
    }
}
