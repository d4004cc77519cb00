package org.ragdiff.core.tensor.onednn;

import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.ragdiff.core.tensor.UpsampledConvolution;

/** Weights of the transposed 4×4 convolution that {@link UpsampledConvolution} is. Stateless. */
final class UpsampledWeights {
    private static final int CHUNK = 4096;

    private UpsampledWeights() {}

    /** From {@code kernels} plain 3×3 kernels to as many plain 4×4 ones. */
    static void write(long from, long kernels, long to) {
        FloatPointer source = new FloatPointer(new RawAddress().at(from));
        FloatPointer target = new FloatPointer(new RawAddress().at(to));
        int[][] taps =
                IntStream.range(0, 4).mapToObj(UpsampledConvolution::taps).toArray(int[][]::new);
        float[] in = new float[CHUNK * 9];
        float[] out = new float[CHUNK * 16];
        for (long at = 0; at < kernels; at += CHUNK) {
            int n = (int) Math.min(CHUNK, kernels - at);
            source.position(at * 9).get(in, 0, n * 9);
            for (int i = 0; i < n; i++) {
                widen(taps, in, i * 9, out, i * 16);
            }
            target.position(at * 16).put(out, 0, n * 16);
        }
    }

    private static void widen(int[][] taps, float[] in, int from, float[] out, int to) {
        for (int ky = 0; ky < 4; ky++) {
            for (int kx = 0; kx < 4; kx++) {
                float sum = 0;
                for (int dy : taps[ky]) {
                    for (int dx : taps[kx]) {
                        sum += in[from + dy * 3 + dx];
                    }
                }
                out[to + ky * 4 + kx] = sum;
            }
        }
    }
}
