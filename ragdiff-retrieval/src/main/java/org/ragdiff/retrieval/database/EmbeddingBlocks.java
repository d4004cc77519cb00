package org.ragdiff.retrieval.database;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A growing matrix of float32 rows, in blocks of an array for each column. Products run along columns, which
 * reads memory in order, and have one index for all arrays: that is the form that the JIT compiler of Java 17
 * makes vector instructions of (where indices differ by an offset, it has to assume that what is written is
 * read again). One thread writes; copies share blocks, and a block is copied before a row in it changes.
 */
final class EmbeddingBlocks {
    /**
     * Rows of a block; of the first one at most, it starts small. Four and a half pages: with a power of
     * two the columns that are read together would fall on the same sets of the caches.
     */
    static final int BLOCK_ROWS = 4608;

    /** Queries that {@link #multiplyThree} takes. */
    static final int TOGETHER = 3;

    private static final int FIRST_ROWS = 128;

    /** Row r of column c is {@code columns[c][r]}; all columns are of one length. */
    record Block(float[][] columns) {
        static Block ofRows(int rows, int dimension) {
            return new Block(new float[dimension][rows]);
        }

        int rows() {
            return columns[0].length;
        }

        Block copy(int rows) {
            return new Block(
                    Arrays.stream(columns).map(c -> Arrays.copyOf(c, rows)).toArray(float[][]::new));
        }
    }

    private final int dimension;
    private final List<Block> blocks;
    private final List<Boolean> shared;
    private int rows;
    private double longest;

    EmbeddingBlocks(int dimension) {
        this.dimension = dimension;
        this.blocks = new ArrayList<>();
        this.shared = new ArrayList<>();
    }

    private EmbeddingBlocks(EmbeddingBlocks other) {
        this.dimension = other.dimension;
        this.blocks = new ArrayList<>(other.blocks);
        this.rows = other.rows;
        this.longest = other.longest;
        other.shared.replaceAll(s -> true);
        this.shared = new ArrayList<>(other.shared);
    }

    /** The same rows; later changes of either are not seen by the other. */
    EmbeddingBlocks copy() {
        return new EmbeddingBlocks(this);
    }

    int rows() {
        return rows;
    }

    Block block(int index) {
        return blocks.get(index);
    }

    /** No row has a larger Euclidean norm. */
    double longest() {
        return longest;
    }

    void add(float[] row) {
        int last = rows / BLOCK_ROWS;
        int at = rows % BLOCK_ROWS;
        if (last == blocks.size()) {
            blocks.add(Block.ofRows(last == 0 ? FIRST_ROWS : BLOCK_ROWS, dimension));
            shared.add(false);
        } else if (at == blocks.get(last).rows()) {
            blocks.set(last, blocks.get(last).copy(Math.min(BLOCK_ROWS, 2 * at)));
            shared.set(last, false);
        }
        // A copy does not read rows beyond its own count, so the block may still be shared.
        put(blocks.get(last), at, row);
        rows++;
    }

    void set(int index, float[] row) {
        int block = index / BLOCK_ROWS;
        if (shared.get(block)) {
            Block b = blocks.get(block);
            blocks.set(block, b.copy(b.rows()));
            shared.set(block, false);
        }
        put(blocks.get(block), index % BLOCK_ROWS, row);
    }

    private void put(Block b, int at, float[] row) {
        double squares = 0;
        for (int c = 0; c < dimension; c++) {
            b.columns()[c][at] = row[c];
            squares += (double) row[c] * row[c];
        }
        longest = Math.max(longest, Math.sqrt(squares));
    }

    /**
     * Inner products of some of a block's rows with a query.
     *
     * @param out the product of row r at r, for {@code from <= r < to}; the rest is left as it is
     */
    static void multiply(Block b, int from, int to, float[] query, float[] out) {
        Arrays.fill(out, from, to, 0);
        float[][] columns = b.columns();
        int c = 0;
        for (; c + 3 < query.length; c += 4) {
            addFour(columns[c], columns[c + 1], columns[c + 2], columns[c + 3], query, c, from, to, out);
        }
        for (; c < query.length; c++) {
            addOne(columns[c], query[c], from, to, out);
        }
    }

    /** The same with {@link #TOGETHER} queries at once, from {@code queries[first]} on: the rows are read once. */
    static void multiplyThree(Block b, int from, int to, float[][] queries, int first, float[][] out) {
        for (int q = 0; q < TOGETHER; q++) {
            Arrays.fill(out[q], from, to, 0);
        }
        float[][] columns = b.columns();
        int d = columns.length;
        int c = 0;
        for (; c + 1 < d; c += 2) {
            addTwoToThree(columns[c], columns[c + 1], queries, first, c, from, to, out[0], out[1], out[2]);
        }
        if (c < d) {
            for (int q = 0; q < TOGETHER; q++) {
                addOne(columns[c], queries[first + q][c], from, to, out[q]);
            }
        }
    }

    // Java 17 makes vector instructions of a loop of up to six such terms; beyond it does not unroll the loop. Sums
    // are chains, without parentheses: it does not find the pairs of the loop for three queries otherwise.

    private static void addFour(
            float[] v0, float[] v1, float[] v2, float[] v3, float[] q, int c, int from, int to, float[] out) {
        float q0 = q[c];
        float q1 = q[c + 1];
        float q2 = q[c + 2];
        float q3 = q[c + 3];
        for (int r = from; r < to; r++) {
            out[r] = out[r] + q0 * v0[r] + q1 * v1[r] + q2 * v2[r] + q3 * v3[r];
        }
    }

    private static void addTwoToThree(
            float[] v0, float[] v1, float[][] q, int first, int c, int from, int to, float[] a, float[] b, float[] e) {
        float a0 = q[first][c];
        float a1 = q[first][c + 1];
        float b0 = q[first + 1][c];
        float b1 = q[first + 1][c + 1];
        float e0 = q[first + 2][c];
        float e1 = q[first + 2][c + 1];
        for (int r = from; r < to; r++) {
            float x = v0[r];
            float y = v1[r];
            // All is read before anything is written, as the arrays might be one.
            float ar = a[r] + a0 * x + a1 * y;
            float br = b[r] + b0 * x + b1 * y;
            float er = e[r] + e0 * x + e1 * y;
            a[r] = ar;
            b[r] = br;
            e[r] = er;
        }
    }

    private static void addOne(float[] v, float q, int from, int to, float[] out) {
        for (int r = from; r < to; r++) {
            out[r] += q * v[r];
        }
    }
}
