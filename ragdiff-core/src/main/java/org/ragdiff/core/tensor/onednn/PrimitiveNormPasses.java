package org.ragdiff.core.tensor.onednn;

/** {@link GroupNormPasses} by oneDNN's primitives. Scratch holds four rows [N, C], and a map that either pass overwrites. */
final class PrimitiveNormPasses implements GroupNormPasses {
    private final int samples;
    private final int channels;
    private final long rowBytes;
    private final ChannelMoments moments;
    private final AffinePass affine;
    private final RawFloats floats = new RawFloats();

    PrimitiveNormPasses(ExecutionState s, int samples, int t, int c, boolean silu, boolean lowOut) {
        this.samples = samples;
        this.channels = samples * c;
        this.rowBytes = (long) channels * Float.BYTES;
        this.moments = ChannelMoments.compile(s, samples, t, c);
        this.affine = new AffinePass(samples, t, c, silu, lowOut);
    }

    @Override
    public int samples() {
        return samples;
    }

    @Override
    public long scratchBytes() {
        return 4 * rowBytes + Math.max(moments.mapBytes(), affine.mapBytes());
    }

    @Override
    public void moments(ExecutionState s, long x, long scratch, float[] mean, float[] variance) {
        moments.run(s, x, map(scratch), scratch, mean, variance);
    }

    @Override
    public void affine(ExecutionState s, long x, float[] factors, float[] offsets, long out, long scratch) {
        long first = scratch + 2 * rowBytes;
        long second = first + rowBytes;
        floats.at(first).put(factors, 0, channels);
        floats.at(second).put(offsets, 0, channels);
        affine.run(s, x, first, second, map(scratch), out);
    }

    private long map(long scratch) {
        return scratch + 4 * rowBytes;
    }

    @Override
    public void close() {
        moments.close();
        affine.close();
    }
}
