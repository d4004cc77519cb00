package org.ragdiff.core.tensor.onednn;

/**
 * Sizes of an attention over [N, T, C] arrays whose channels are heads of d.
 *
 * @param n samples
 * @param tq queries
 * @param tk own keys
 * @param tr reference keys, possibly 0
 * @param scale of the scores
 */
record AttentionShape(long n, long tq, long tk, long tr, long heads, long d, float scale) {
    long keys() {
        return tk + tr;
    }

    long channels() {
        return heads * d;
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

    /** Number formats of the operands: each true for bfloat16. */
    record Formats(boolean products, boolean q, boolean k, boolean v, boolean kRef, boolean vRef, boolean out) {
        /** Float32 operands. */
        static Formats ofProducts(boolean low) {
            return new Formats(low, false, false, false, false, false, false);
        }

        long bits() {
            return (products ? 1 : 0)
                    | (q ? 2 : 0)
                    | (k ? 4 : 0)
                    | (v ? 8 : 0)
                    | (kRef ? 16 : 0)
                    | (vRef ? 32 : 0)
                    | (out ? 64 : 0);
        }
    }
}
