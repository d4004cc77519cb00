package org.ragdiff.data.pairs;

import java.util.SplittableRandom;

/**
 * A pseudo-random order of 0..n-1 that is computed place by place, with no table: a Feistel network over the
 * next power of four, walked until it falls inside (Black and Rogaway, "Ciphers with Arbitrary Finite
 * Domains", 2002). Immutable.
 */
public final class Permutation {
    private static final int ROUNDS = 6;

    private final int n;
    private final int halfBits;
    private final long[] keys = new long[ROUNDS];

    private Permutation(int n, long seed) {
        this.n = n;
        this.halfBits = Math.max(1, (33 - Integer.numberOfLeadingZeros(n - 1)) / 2);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ROUNDS; i++) {
            keys[i] = random.nextLong();
        }
    }

    /** @param n at least 1 */
    public static Permutation of(int n, long seed) {
        return new Permutation(n, seed);
    }

    /**
     * Which of n things is at a position of an endless sequence that shows all of them once in every turn, in another
     * order in each.
     *
     * @param n at least 1
     * @throws IllegalArgumentException if the index is negative
     */
    public static int ofTurn(int n, long seed, long index) {
        if (index < 0) {
            throw new IllegalArgumentException("index must be at least 0, got " + index);
        }
        return of(n, seed ^ (index / n + 1) * 0x9e3779b97f4a7c15L).at((int) (index % n));
    }

    /** @param place in 0..n-1 */
    public int at(int place) {
        long v = place;
        do {
            v = encipher(v);
        } while (v >= n);
        return (int) v;
    }

    private long encipher(long v) {
        long mask = (1L << halfBits) - 1;
        long left = v >> halfBits;
        long right = v & mask;
        for (long key : keys) {
            long mixed = (right + key) * 0xff51afd7ed558ccdL;
            mixed ^= mixed >>> 32;
            mixed *= 0xc4ceb9fe1a85ec53L;
            long next = left ^ (mixed >>> 29 & mask);
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }
}
