package org.ragdiff.diffusion;

import java.util.SplittableRandom;

/** Independent random streams for a seed, a training step and a purpose, so that runs can resume anywhere. */
public final class StepRandom {
    private StepRandom() {}

    /** The stream of (seed, step, purpose). */
    public static SplittableRandom of(long seed, long step, int purpose) {
        return new SplittableRandom(mix(mix(mix(seed) ^ step) + purpose));
    }

    /** Standard normal values. */
    public static float[] normals(SplittableRandom random, int count) {
        float[] out = new float[count];
        for (int i = 0; i < count; i++) {
            out[i] = (float) random.nextGaussian();
        }
        return out;
    }

    /** The finaliser of MurmurHash3: nearby seeds and steps give unrelated streams. */
    private static long mix(long z) {
        z = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
        z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return z ^ (z >>> 33);
    }
}
