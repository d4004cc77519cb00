package org.ragdiff.diffusion.vae;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Folds squares of pixels into channels and back (space-to-depth, depth-to-space), differentiably. */
final class Patches {
    private Patches() {}

    /** [N, H, W, C] to [N, H/p, W/p, p·p·C]; channels in the order (dy, dx, c). */
    static Var fold(Tape t, Var x, int p) {
        return p == 1 ? x : rearrange(t, x, p, true);
    }

    /** The inverse of {@link #fold}. */
    static Var unfold(Tape t, Var x, int p) {
        return p == 1 ? x : rearrange(t, x, p, false);
    }

    private static Var rearrange(Tape t, Var x, int p, boolean fold) {
        long n = x.size(0);
        long h = x.size(1);
        long w = x.size(2);
        long c = x.size(3);
        if (fold && (h % p != 0 || w % p != 0)) {
            throw new IllegalArgumentException("image of " + w + "x" + h + " does not divide into patches of " + p);
        }
        long[] shape =
                fold ? new long[] {n, h / p, w / p, p * p * c} : new long[] {n, h * p, w * p, c / ((long) p * p)};
        INDArray out = t.allocate(shape);
        int rows = Math.toIntExact(fold ? n * h / p : n * h);
        int columns = Math.toIntExact(fold ? w / p : w);
        int run = Math.toIntExact(fold ? p * c : c / p);
        HostArrays.write(out, move(HostArrays.read(x.value()), rows, columns, p, run, fold));
        return t.record(
                out,
                grad -> {
                    INDArray g = t.allocate(x.shape());
                    HostArrays.write(g, move(HostArrays.read(grad), rows, columns, p, run, !fold));
                    t.accumulate(x, g);
                },
                x);
    }

    /** Between pixel rows [rows, p, columns, run] and folded [rows, columns, p, run]. */
    private static float[] move(float[] in, int rows, int columns, int p, int run, boolean fold) {
        float[] out = new float[in.length];
        for (int r = 0; r < rows; r++) {
            for (int dy = 0; dy < p; dy++) {
                for (int x = 0; x < columns; x++) {
                    int pixels = ((r * p + dy) * columns + x) * run;
                    int folded = ((r * columns + x) * p + dy) * run;
                    System.arraycopy(in, fold ? pixels : folded, out, fold ? folded : pixels, run);
                }
            }
        }
        return out;
    }
}
