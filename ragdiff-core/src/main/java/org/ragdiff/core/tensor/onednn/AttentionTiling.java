package org.ragdiff.core.tensor.onednn;

/**
 * How an attention is divided: tiles of {@code samples} × {@code heads} × {@code queries} whose scores stay
 * in the second-level caches between the products and the softmax. A tile has a multiple of as many heads as
 * there are threads where that divides, so that each thread finds the scores of its heads in its own cache.
 */
record AttentionTiling(long samples, long heads, long queries) {
    private static final long SCORE_BYTES_OF_THREAD = 1L << 20;
    private static final long TILE_BYTES_OF_THREAD = 1L << 20;
    /** Fewer cost more, in products that are too low, than scores that leave the cache (measured to 8192 keys). */
    private static final long FEWEST_QUERIES = 96;

    private static final long MOST_QUERIES = 256;

    static AttentionTiling of(AttentionShape z, int threads) {
        long heads = fewestHeads(z.heads(), threads);
        long most = SCORE_BYTES_OF_THREAD * threads / (heads * z.keys() * Float.BYTES);
        long queries = balanced(z.tq(), Math.max(FEWEST_QUERIES, Math.min(most, MOST_QUERIES)));
        if (queries < z.tq()) {
            return new AttentionTiling(1, heads, queries);
        }
        long bytes = (z.tq() * z.keys() + 2 * (z.keys() + z.tq()) * z.d()) * Float.BYTES;
        long units = TILE_BYTES_OF_THREAD * threads / bytes;
        heads = largestDivisor(z.heads(), heads, units);
        long samples = heads < z.heads() ? 1 : largestDivisor(z.n(), 1, units / heads);
        return new AttentionTiling(samples, heads, queries);
    }

    private static long fewestHeads(long heads, int threads) {
        for (long h = threads; h < heads; h += threads) {
            if (heads % h == 0) {
                return h;
            }
        }
        return heads;
    }

    /** Tiles of equal length, except for the last one, in multiples of 16. */
    private static long balanced(long count, long most) {
        if (count <= most) {
            return count;
        }
        long tiles = (count + most - 1) / most;
        long each = (count + tiles - 1) / tiles;
        return Math.min(most, (each + 15) / 16 * 16);
    }

    /** The largest divisor of {@code count} up to {@code most} that {@code unit} divides, at least {@code unit}. */
    private static long largestDivisor(long count, long unit, long most) {
        long best = unit;
        for (long d = unit; d <= Math.min(count, most); d += unit) {
            if (count % d == 0) {
                best = d;
            }
        }
        return best;
    }
}
