package org.ragdiff.core.tensor.onednn;

/** {@link GroupNormPasses} in a newer JDK's vectors, one sample after the other. Needs no scratch. */
final class VectorNormPasses implements GroupNormPasses {
    private final VectorPasses passes;
    private final int samples;
    private final int t;
    private final int c;
    private final boolean silu;
    private final boolean lowOut;
    private final long mapBytes;
    private final long outBytes;
    private final float[] partial;

    VectorNormPasses(VectorPasses passes, int samples, int t, int c, boolean silu, boolean lowOut) {
        this.passes = passes;
        this.samples = samples;
        this.t = t;
        this.c = c;
        this.silu = silu;
        this.lowOut = lowOut;
        this.mapBytes = (long) t * c * Float.BYTES;
        this.outBytes = (long) t * c * (lowOut ? 2 : Float.BYTES);
        this.partial = new float[passes.partialFloats(t, c)];
    }

    @Override
    public int samples() {
        return samples;
    }

    @Override
    public long scratchBytes() {
        return 0;
    }

    @Override
    public void moments(ExecutionState s, long x, long scratch, float[] mean, float[] variance) {
        for (int i = 0; i < samples; i++) {
            passes.moments(x + i * mapBytes, t, c, mean, variance, i * c, partial);
        }
    }

    @Override
    public void affine(ExecutionState s, long x, float[] factors, float[] offsets, long out, long scratch) {
        for (int i = 0; i < samples; i++) {
            passes.affine(x + i * mapBytes, t, c, factors, offsets, i * c, silu, out + i * outBytes, lowOut);
        }
    }

    @Override
    public void close() {
        // holds nothing
    }
}
