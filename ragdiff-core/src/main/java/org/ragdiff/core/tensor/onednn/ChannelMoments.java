package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;

import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.global.dnnl.normalization_flags;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;

/**
 * Mean and variance of each channel over the tokens of samples [N, T, C], variances taken around the means so
 * that a large mean does not cancel. A large sample goes through oneDNN's batch normalisation, of which only
 * the statistics are used; many small ones through sums that are products with a row of ones. Not
 * thread-safe.
 */
final class ChannelMoments implements PrimitiveCache.Compiled {
    /** Of one of both, the other is null. */
    private final Call batchNorm;

    private final Call sum;
    private final Call squares;
    private final long ones;

    private final int n;
    private final int t;
    private final int c;
    private final RawFloats floats = new RawFloats();

    ChannelMoments(ExecutionState s, long n, long t, long c) {
        this.n = (int) n;
        this.t = (int) t;
        this.c = (int) c;
        if (n == 1) {
            memory.desc map = Layouts.nhwc(Layouts.F32, 1, t, 1, c);
            memory.desc channels = Layouts.dense(Layouts.F32, c);
            batch_normalization_forward.primitive_desc pd = new batch_normalization_forward.primitive_desc(
                    CpuEngine.get(),
                    prop_kind.forward_training,
                    map,
                    map,
                    1e-5f,
                    normalization_flags.none,
                    Layouts.attributes(),
                    false);
            batchNorm = new Call(
                    new batch_normalization_forward(pd),
                    pd,
                    new int[] {DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE},
                    new memory.desc[] {map, map, channels, channels});
            sum = null;
            squares = null;
            ones = 0;
        } else {
            batchNorm = null;
            squares = RowOperations.compileSquaredDistance(n, t, c);
            sum = Sums.compile(n, t, c);
            ones = t;
        }
        s.workspace().ones(Math.max(1, ones));
    }

    /**
     * @param x address of [N, T, C]
     * @param map scratch of the same size
     * @param row scratch for 2·N·C floats
     * @param mean [N·C], written
     * @param variance [N·C], biased, written
     */
    void run(ExecutionState s, long x, long map, long row, float[] mean, float[] variance) {
        int count = n * c;
        long second = row + (long) count * Float.BYTES;
        if (batchNorm != null) {
            batchNorm.run(s, x, map, row, second);
            floats.at(row).get(mean, 0, count);
            floats.at(second).get(variance, 0, count);
            return;
        }
        long one = s.workspace().ones(ones);
        sum.run(s, one, x, row);
        floats.at(row).get(mean, 0, count);
        scale(mean, count);
        floats.at(row).put(mean, 0, count);
        squares.run(s, x, row, map);
        sum.run(s, one, map, second);
        floats.at(second).get(variance, 0, count);
        scale(variance, count);
    }

    private void scale(float[] values, int count) {
        for (int i = 0; i < count; i++) {
            values[i] /= t;
        }
    }

    @Override
    public void close() {
        if (batchNorm != null) {
            batchNorm.close();
        } else {
            sum.close();
            squares.close();
        }
    }
}
