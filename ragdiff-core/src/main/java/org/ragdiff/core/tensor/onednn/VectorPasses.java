package org.ragdiff.core.tensor.onednn;

/**
 * Passes over one sample [T, C] of a map, in vectors of the processor, as a newer JDK can write them in Java.
 * Results do not depend on the number of threads. Thread-safe.
 */
interface VectorPasses {
    /** Floats that {@link #moments} needs for itself. */
    int partialFloats(int t, int c);

    /**
     * Mean and biased variance of each channel over the tokens.
     *
     * @param x address of [T, C] floats
     * @param mean written from {@code at} on, C values
     * @param variance written from {@code at} on, C values
     * @param partial at least {@link #partialFloats} values, overwritten
     */
    void moments(long x, int t, int c, float[] mean, float[] variance, int at, float[] partial);

    /**
     * out = x · factor + offset, then SiLU if asked for.
     *
     * @param factor C values from {@code at} on
     * @param offset C values from {@code at} on
     * @param lowOut whether the output is bfloat16, rounded to nearest even
     */
    void affine(long x, int t, int c, float[] factor, float[] offset, int at, boolean silu, long out, boolean lowOut);
}
