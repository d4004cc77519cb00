package org.ragdiff.core.random;

/**
 * The 32-bit Mersenne Twister mt19937 (Matsumoto and Nishimura, 1998), seeded by its {@code
 * init_genrand}. Not thread-safe.
 */
final class MersenneTwister {
    static final int N = 624;
    private static final int M = 397;

    private final int[] state = new int[N];
    private int next;

    MersenneTwister(int seed) {
        state[0] = seed;
        for (int i = 1; i < N; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
        }
        next = N;
    }

    MersenneTwister(int[] state, int next) {
        if (state.length != N || next < 0 || next > N) {
            throw new IllegalArgumentException("mt19937 has " + N + " words and a position from 0 to " + N + ", got "
                    + state.length + " and " + next);
        }
        System.arraycopy(state, 0, this.state, 0, N);
        this.next = next;
    }

    /** The words, then the position: {@code N + 1} numbers. */
    void save(int[] out) {
        System.arraycopy(state, 0, out, 0, N);
        out[N] = next;
    }

    /** The next 32 random bits. */
    int nextInt() {
        if (next == N) {
            twist();
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= y << 7 & 0x9d2c5680;
        y ^= y << 15 & 0xefc60000;
        return y ^ y >>> 18;
    }

    private void twist() {
        for (int i = 0; i < N; i++) {
            int y = state[i] & 0x80000000 | state[(i + 1) % N] & 0x7fffffff;
            state[i] = state[(i + M) % N] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
        }
        next = 0;
    }
}
