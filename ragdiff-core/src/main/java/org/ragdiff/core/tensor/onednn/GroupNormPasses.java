package org.ragdiff.core.tensor.onednn;

import org.ragdiff.core.tensor.Activation;

/** The passes of a group normalisation over some samples of a map [N, T, C], compiled. Not thread-safe. */
interface GroupNormPasses extends PrimitiveCache.Compiled {
    /** As the running JDK has them: in vectors, or by oneDNN's primitives. */
    static GroupNormPasses compile(ExecutionState s, int samples, int t, int c, Activation activation, boolean lowOut) {
        VectorPasses vectors = NewerJdk.passes();
        boolean silu = activation == Activation.SILU;
        return vectors != null
                ? new VectorNormPasses(vectors, samples, t, c, silu, lowOut)
                : new PrimitiveNormPasses(s, samples, t, c, silu, lowOut);
    }

    int samples();

    long scratchBytes();

    /**
     * Moments of each channel over the tokens.
     *
     * @param x address of the samples
     * @param mean [N·C], written
     * @param variance [N·C], biased, written
     */
    void moments(ExecutionState s, long x, long scratch, float[] mean, float[] variance);

    /**
     * out = x · factor + offset, then SiLU if it was asked for.
     *
     * @param factors [N·C]
     * @param offsets [N·C]
     */
    void affine(ExecutionState s, long x, float[] factors, float[] offsets, long out, long scratch);
}
