package org.ragdiff.core.tensor.onednn;

/**
 * Sizes of an attention and its division into blocks: ranges of samples, of heads and of queries whose scores stay in
 * the second-level caches from the first product to the last. A block has a multiple of as many pairs of a sample and
 * a head as there are threads where it can, so that each thread finds the scores of its pairs in its own cache.
 *
 * @param n samples
 * @param tq queries
 * @param tk own keys
 * @param tr reference keys, possibly 0
 * @param heads heads of d channels
 * @param threads that oneDNN computes with
 */
record AttentionBlocks(long n, long tq, long tk, long tr, long heads, long d, int threads) {
    /** Of a thread's scores, which lie beside as many gradients. */
    private static final long SCORES_BYTES = 512L << 10;

    private static final long FEWEST_QUERIES = 64;

    /** Called for each block: first sample and count, first head and count, first query and count. */
    interface Visitor {
        void block(long n0, long nb, long h0, long hb, long q0, long qb);
    }

    long keys() {
        return tk + tr;
    }

    long channels() {
        return heads * d;
    }

    /** Pairs of a sample and a head. */
    private long pairsAtOnce() {
        return threads * Math.max(1, SCORES_BYTES / (tq * keys() * Float.BYTES));
    }

    private long samplesAtOnce() {
        return Math.min(n, pairsAtOnce());
    }

    private long headsAtOnce() {
        return Math.min(heads, Math.max(1, pairsAtOnce() / samplesAtOnce()));
    }

    private long queriesAtOnce() {
        return Math.min(tq, Math.max(FEWEST_QUERIES, SCORES_BYTES / (keys() * Float.BYTES)));
    }

    /** Floats of one block's scores, at most. */
    long scores() {
        return samplesAtOnce() * headsAtOnce() * queriesAtOnce() * keys();
    }

    /** Blocks in order; the blocks of one sample and head follow each other in order of queries. */
    void forEach(Visitor v) {
        long ns = samplesAtOnce();
        long hs = headsAtOnce();
        long qs = queriesAtOnce();
        for (long n0 = 0; n0 < n; n0 += ns) {
            for (long h0 = 0; h0 < heads; h0 += hs) {
                for (long q0 = 0; q0 < tq; q0 += qs) {
                    v.block(n0, Math.min(ns, n - n0), h0, Math.min(hs, heads - h0), q0, Math.min(qs, tq - q0));
                }
            }
        }
    }

    /** Element (sample, token, head) of an [N, T, C] array. */
    long offset(long sample, long tokens, long token, long head) {
        return (sample * tokens + token) * channels() + head * d;
    }

    /** Strides of a [samples, heads, T, d] view of an [N, T, C] array. */
    long[] rows(long tokens) {
        return new long[] {tokens * channels(), d, channels(), 1};
    }

    /** Strides of its transpose [samples, heads, d, T]. */
    long[] columns(long tokens) {
        return new long[] {tokens * channels(), d, 1, channels()};
    }
}
