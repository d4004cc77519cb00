package org.ragdiff.core.tensor.onednn;

/**
 * Mean and variance of each channel over the tokens of samples [N, T, C], variances taken around the means so
 * that a large mean does not cancel. Not thread-safe.
 */
interface ChannelMoments extends PrimitiveCache.Compiled {
    /** One large sample by oneDNN's statistics, many small ones by products with a row of ones. */
    static ChannelMoments compile(ExecutionState s, int n, int t, int c) {
        return n == 1 ? new BlockMoments(t, c) : new ProductMoments(s, n, t, c);
    }

    /** Of the map that {@link #run} overwrites. */
    long mapBytes();

    /**
     * @param x address of [N, T, C]
     * @param map scratch of {@link #mapBytes} bytes
     * @param row scratch for 2·N·C floats
     * @param mean [N·C], written
     * @param variance [N·C], biased, written
     */
    void run(ExecutionState s, long x, long map, long row, float[] mean, float[] variance);
}
