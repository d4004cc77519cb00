package org.ragdiff.core.tensor.onednn;

import static org.ragdiff.core.tensor.onednn.WinogradTiles.PLACES;

import org.bytedeco.javacpp.FloatPointer;

/** Weights of Winograd's products: G·g·Gᵀ of each kernel g of 3×3. Stateless. */
final class WinogradWeights {
    private static final int CHUNK = 4096;

    private WinogradWeights() {}

    /** From plain 3×3 kernels to 16 planes of one number for each kernel. */
    static void write(long from, long kernels, long to) {
        FloatPointer source = new FloatPointer(new RawAddress().at(from));
        FloatPointer target = new FloatPointer(new RawAddress().at(to));
        float[] in = new float[CHUNK * 9];
        float[][] out = new float[PLACES][CHUNK];
        for (long at = 0; at < kernels; at += CHUNK) {
            int n = (int) Math.min(CHUNK, kernels - at);
            source.position(at * 9).get(in, 0, n * 9);
            transform(in, n, out);
            for (int place = 0; place < PLACES; place++) {
                target.position(place * kernels + at).put(out[place], 0, n);
            }
        }
    }

    private static void transform(float[] kernels, int n, float[][] out) {
        float[] half = new float[12];
        float[] column = new float[4];
        for (int i = 0; i < n; i++) {
            for (int x = 0; x < 3; x++) {
                widen(kernels, i * 9 + x, 3, column);
                for (int y = 0; y < 4; y++) {
                    half[y * 3 + x] = column[y];
                }
            }
            for (int y = 0; y < 4; y++) {
                widen(half, y * 3, 1, column);
                for (int x = 0; x < 4; x++) {
                    out[y * 4 + x][i] = column[x];
                }
            }
        }
    }

    /** G times three numbers. */
    private static void widen(float[] values, int at, int stride, float[] out) {
        float a = values[at];
        float b = values[at + stride];
        float c = values[at + 2 * stride];
        out[0] = a;
        out[1] = (a + b + c) / 2;
        out[2] = (a - b + c) / 2;
        out[3] = c;
    }
}
