package org.ragdiff.core.tensor.onednn;

/** {@link ChannelMoments} of many small samples: sums that are products with a row of ones. */
final class ProductMoments implements ChannelMoments {
    private final Call sum;
    private final Call squares;
    private final int t;
    private final int count;
    private final RawFloats floats = new RawFloats();

    ProductMoments(ExecutionState s, int n, int t, int c) {
        this.t = t;
        this.count = n * c;
        squares = RowOperations.compileSquaredDistance(n, t, c);
        sum = Sums.compile(n, t, c);
        s.workspace().ones(t);
    }

    @Override
    public long mapBytes() {
        return (long) count * t * Float.BYTES;
    }

    @Override
    public void run(ExecutionState s, long x, long map, long row, float[] mean, float[] variance) {
        long second = row + (long) count * Float.BYTES;
        long one = s.workspace().ones(t);
        sum.run(s, one, x, row);
        floats.at(row).get(mean, 0, count);
        scale(mean);
        floats.at(row).put(mean, 0, count);
        squares.run(s, x, row, map);
        sum.run(s, one, map, second);
        floats.at(second).get(variance, 0, count);
        scale(variance);
    }

    private void scale(float[] values) {
        for (int i = 0; i < count; i++) {
            values[i] /= t;
        }
    }

    @Override
    public void close() {
        sum.close();
        squares.close();
    }
}
