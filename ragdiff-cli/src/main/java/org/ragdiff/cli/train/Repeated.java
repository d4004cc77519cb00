package org.ragdiff.cli.train;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.util.concurrent.ExecutionException;
import java.util.function.LongFunction;
import org.ragdiff.data.pairs.Permutation;

/**
 * A sequence whose elements are dear to make, each shown several times before the next ones come: block by block, each
 * block in a new order each time. An element is a function of its index; what is kept of a block saves time only.
 * Thread-safe.
 */
final class Repeated<T> {
    private final LongFunction<T> made;
    private final int block;
    private final int times;
    private final long seed;
    private final Cache<Long, T> kept;

    /**
     * @param made the sequence; thread-safe
     * @param block elements that are kept at a time
     * @param times each is shown; 1 leaves the sequence as it is
     */
    Repeated(LongFunction<T> made, int block, int times, long seed) {
        if (block < 1 || times < 1) {
            throw new IllegalArgumentException("block and times must be at least 1, got " + block + ", " + times);
        }
        this.made = made;
        this.block = block;
        this.times = times;
        this.seed = seed;
        this.kept = CacheBuilder.newBuilder().maximumSize(block + block / 4).build();
    }

    T get(long index) {
        long origin = origin(index);
        if (times == 1) {
            return made.apply(origin);
        }
        try {
            return kept.get(origin, () -> made.apply(origin));
        } catch (ExecutionException e) {
            throw new IllegalStateException("element " + origin + " cannot be made", e.getCause());
        }
    }

    /** The element of the sequence that is shown at an index. */
    long origin(long index) {
        if (times == 1) {
            return index;
        }
        long number = index / ((long) block * times);
        long inside = index % ((long) block * times);
        long turn = number * times + inside / block;
        return number * block
                + Permutation.of(block, seed ^ (turn + 1) * 0x9e3779b97f4a7c15L).at((int) (inside % block));
    }
}
