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
 * {@link ChannelMoments} of one sample by oneDNN's batch normalisation, of which only the statistics are used. It
 * reads a map three times and writes it once, so one that is larger than the caches is taken in blocks of tokens, whose
 * moments are joined as those of groups are (Chan, Golub and LeVeque 1983): a third of the time.
 */
final class BlockMoments implements ChannelMoments {
    /** Maps of more bytes are taken in blocks. */
    private static final long WHOLE = 8L << 20;
    /** Of a block, which the threads' second-level caches hold; 2 MB took a tenth longer. */
    private static final long BLOCK = 1L << 20;

    private final int t;
    private final int c;
    private final int tokens;
    private final int blocks;
    private final Call block;
    /** Of the tokens that are left, or null. */
    private final Call rest;

    private final float[] means;
    private final float[] variances;
    private final RawFloats floats = new RawFloats();

    BlockMoments(int t, int c) {
        this.t = t;
        this.c = c;
        long tokenBytes = (long) c * Float.BYTES;
        this.tokens = t * tokenBytes <= WHOLE ? t : (int) Math.max(1, BLOCK / tokenBytes);
        this.blocks = (t + tokens - 1) / tokens;
        this.block = statistics(tokens, c);
        this.rest = t % tokens == 0 ? null : statistics(t % tokens, c);
        this.means = new float[blocks == 1 ? 0 : blocks * c];
        this.variances = new float[means.length];
    }

    private static Call statistics(long t, long c) {
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
        return new Call(
                new batch_normalization_forward(pd),
                pd,
                new int[] {DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE},
                new memory.desc[] {map, map, channels, channels});
    }

    @Override
    public long mapBytes() {
        return (long) tokens * c * Float.BYTES;
    }

    @Override
    public void run(ExecutionState s, long x, long map, long row, float[] mean, float[] variance) {
        if (blocks == 1) {
            run(s, block, x, map, row, mean, variance, 0);
            return;
        }
        for (int i = 0; i < blocks; i++) {
            Call call = i == blocks - 1 && rest != null ? rest : block;
            run(s, call, x + i * mapBytes(), map, row, means, variances, i * c);
        }
        for (int j = 0; j < c; j++) {
            join(j, mean, variance);
        }
    }

    private void run(ExecutionState s, Call call, long x, long map, long row, float[] mean, float[] variance, int at) {
        long second = row + (long) c * Float.BYTES;
        call.run(s, x, map, row, second);
        floats.at(row).get(mean, at, c);
        floats.at(second).get(variance, at, c);
    }

    private void join(int channel, float[] mean, float[] variance) {
        double sum = 0;
        for (int i = 0; i < blocks; i++) {
            sum += (double) tokensOf(i) * means[i * c + channel];
        }
        double m = sum / t;
        double squares = 0;
        for (int i = 0; i < blocks; i++) {
            double d = means[i * c + channel] - m;
            squares += tokensOf(i) * (variances[i * c + channel] + d * d);
        }
        mean[channel] = (float) m;
        variance[channel] = (float) (squares / t);
    }

    private int tokensOf(int i) {
        return Math.min(tokens, t - i * tokens);
    }

    @Override
    public void close() {
        block.close();
        if (rest != null) {
            rest.close();
        }
    }
}
