package org.ragdiff.diffusion.vae;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.PoolStack;

/** Runs a VAE's encoder over many images, a few at a time so that memory stays small. */
final class Encoding {
    private static final int CHUNK = 8;

    private Encoding() {}

    /** Unscaled posterior means of images [B, H, W, 3], row-major [B, H/f, W/f, C]. */
    static float[] means(Vae vae, Kernels kernels, PoolStack pools, INDArray images) {
        long[] s = images.shape();
        int f = vae.config().factor();
        int pixels = Math.toIntExact(s[1] * s[2] * s[3]);
        int cells = Math.toIntExact(s[1] / f * (s[2] / f) * vae.config().latentChannels());
        float[] out = new float[Math.toIntExact(s[0] * cells)];
        for (int from = 0; from < s[0]; from += CHUNK) {
            int count = (int) Math.min(CHUNK, s[0] - from);
            float[] chunk = new float[count * pixels];
            HostArrays.read(images, (long) from * pixels, chunk, 0, chunk.length);
            int first = from;
            pools.infer(kernels, tape -> {
                INDArray in = tape.allocate(count, s[1], s[2], s[3]);
                HostArrays.write(in, chunk);
                INDArray mean = vae.encode(tape, tape.constant(in)).mean().value();
                HostArrays.read(mean, 0, out, first * cells, count * cells);
                return null;
            });
        }
        return out;
    }
}
