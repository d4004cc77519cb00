package org.ragdiff.retrieval.database;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rows of {@link EmbeddingBlocks} in strips of equal height, none of which crosses a block: what a thread takes
 * at a time, so that one that starts late or is held up delays nobody. Thread-safe.
 */
final class RowStrips {
    /** The lowest strip. */
    static final int LEAST = EmbeddingBlocks.BLOCK_ROWS / 18;

    /** Divisors of a block. */
    private static final int[] HEIGHTS = {
        EmbeddingBlocks.BLOCK_ROWS,
        EmbeddingBlocks.BLOCK_ROWS / 2,
        EmbeddingBlocks.BLOCK_ROWS / 3,
        EmbeddingBlocks.BLOCK_ROWS / 4,
        EmbeddingBlocks.BLOCK_ROWS / 6,
        EmbeddingBlocks.BLOCK_ROWS / 9,
        LEAST
    };

    /** Floats that stay in half of a second-level cache of 1 MB. */
    private static final int CACHED = 1 << 17;

    /** Strips for each thread, so that they end at about the same time. */
    private static final int TURNS = 4;

    private final int rows;
    private final int height;
    private final AtomicInteger next = new AtomicInteger();

    private RowStrips(int rows, int height) {
        this.rows = rows;
        this.height = height;
    }

    /** As high as possible: long columns read fastest. */
    static RowStrips toReadOnce(int rows, int threads) {
        return new RowStrips(rows, height(threads == 1 ? rows : rows / (TURNS * threads)));
    }

    /** Such that a strip stays in the cache while many queries are multiplied with it. */
    static RowStrips toReadOften(int rows, int dimension, int threads) {
        return new RowStrips(rows, height(Math.min(CACHED / dimension, rows / (TURNS * threads))));
    }

    private static int height(int wanted) {
        for (int h : HEIGHTS) {
            if (h <= wanted) {
                return h;
            }
        }
        return LEAST;
    }

    /** The first row of a strip that nobody took yet, or -1. */
    int next() {
        long row = (long) next.getAndIncrement() * height;
        return row < rows ? (int) row : -1;
    }

    /** Behind the last row of the strip that begins with this row. */
    int end(int first) {
        return Math.min(rows, first + height);
    }
}
