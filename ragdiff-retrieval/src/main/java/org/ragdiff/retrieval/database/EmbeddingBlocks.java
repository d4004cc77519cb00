package org.ragdiff.retrieval.database;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A growing matrix of float32 rows, in blocks that are stored column by column: products with a query
 * then run along columns, which the JIT compiler turns into vector instructions, and read memory in
 * order. One thread writes; copies share blocks, and a block is copied before a row in it changes.
 */
final class EmbeddingBlocks {
    /** Rows of a block; of the first one at most, it starts small. */
    static final int BLOCK_ROWS = 4096;

    private static final int FIRST_ROWS = 128;

    /** Row r of column c is {@code values[c * stride + r]}. */
    record Block(int stride, float[] values) {}

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

    int blockCount() {
        return blocks.size();
    }

    /** Rows of a block that are in use. */
    int rowsOf(int block) {
        return Math.min(BLOCK_ROWS, rows - block * BLOCK_ROWS);
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
            int stride = last == 0 ? FIRST_ROWS : BLOCK_ROWS;
            blocks.add(new Block(stride, new float[Math.multiplyExact(stride, dimension)]));
            shared.add(false);
        } else if (at == blocks.get(last).stride()) {
            blocks.set(last, widened(blocks.get(last), Math.min(BLOCK_ROWS, 2 * at)));
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
            blocks.set(block, new Block(b.stride(), b.values().clone()));
            shared.set(block, false);
        }
        put(blocks.get(block), index % BLOCK_ROWS, row);
    }

    private Block widened(Block b, int stride) {
        float[] values = new float[Math.multiplyExact(stride, dimension)];
        for (int c = 0; c < dimension; c++) {
            System.arraycopy(b.values(), c * b.stride(), values, c * stride, b.stride());
        }
        return new Block(stride, values);
    }

    private void put(Block b, int at, float[] row) {
        double squares = 0;
        for (int c = 0; c < dimension; c++) {
            b.values()[c * b.stride() + at] = row[c];
            squares += (double) row[c] * row[c];
        }
        longest = Math.max(longest, Math.sqrt(squares));
    }

    /**
     * Inner products of a block's rows with a query.
     *
     * @param out at least the block's stride; overwritten
     */
    static void multiply(Block b, float[] query, float[] out) {
        int n = b.stride();
        Arrays.fill(out, 0, n, 0);
        int c = 0;
        for (; c + 7 < query.length; c += 8) {
            addEight(b.values(), c * n, n, query, c, out);
        }
        for (; c < query.length; c++) {
            addOne(b.values(), c * n, n, query[c], out);
        }
    }

    /** Inner products with four queries at once: the block is read once. */
    static void multiply(Block b, float[][] queries, int first, float[][] out) {
        int n = b.stride();
        for (int q = 0; q < 4; q++) {
            Arrays.fill(out[q], 0, n, 0);
        }
        int d = queries[first].length;
        int c = 0;
        for (; c + 1 < d; c += 2) {
            addTwoToFour(b.values(), c * n, n, queries, first, c, out[0], out[1], out[2], out[3]);
        }
        if (c < d) {
            for (int q = 0; q < 4; q++) {
                addOne(b.values(), c * n, n, queries[first + q][c], out[q]);
            }
        }
    }

    private static void addEight(float[] v, int at, int n, float[] q, int c, float[] out) {
        float q0 = q[c];
        float q1 = q[c + 1];
        float q2 = q[c + 2];
        float q3 = q[c + 3];
        float q4 = q[c + 4];
        float q5 = q[c + 5];
        float q6 = q[c + 6];
        float q7 = q[c + 7];
        for (int r = 0; r < n; r++) {
            int i = at + r;
            out[r] += ((q0 * v[i] + q1 * v[i + n]) + (q2 * v[i + 2 * n] + q3 * v[i + 3 * n]))
                    + ((q4 * v[i + 4 * n] + q5 * v[i + 5 * n]) + (q6 * v[i + 6 * n] + q7 * v[i + 7 * n]));
        }
    }

    private static void addTwoToFour(
            float[] v, int at, int n, float[][] q, int first, int c, float[] a, float[] b, float[] e, float[] f) {
        float a0 = q[first][c];
        float a1 = q[first][c + 1];
        float b0 = q[first + 1][c];
        float b1 = q[first + 1][c + 1];
        float e0 = q[first + 2][c];
        float e1 = q[first + 2][c + 1];
        float f0 = q[first + 3][c];
        float f1 = q[first + 3][c + 1];
        for (int r = 0; r < n; r++) {
            float x = v[at + r];
            float y = v[at + n + r];
            a[r] += a0 * x + a1 * y;
            b[r] += b0 * x + b1 * y;
            e[r] += e0 * x + e1 * y;
            f[r] += f0 * x + f1 * y;
        }
    }

    private static void addOne(float[] v, int at, int n, float q, float[] out) {
        for (int r = 0; r < n; r++) {
            out[r] += q * v[at + r];
        }
    }
}
